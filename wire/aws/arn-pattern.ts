import { matchesWildcard } from '../wildcard.ts';
import { type Arn, readArn } from './arn.ts';

const PARTS: readonly (keyof Arn)[] = ['partition', 'service', 'region', 'accountId', 'resource'];

/**
 * Reads the pattern of an ARN: each part is matched by itself, case-sensitive, with `*` and `?`, so that a wildcard in one
 * never reaches into the next. In the resource they stand for `/` and `:` too.
 *
 * Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators", ARN condition operators.
 *
 * @returns whether an ARN fits, and undefined for what is no ARN; undefined for a pattern that is none, `*` alone included
 */
export function readArnPattern(pattern: string): ((arn: string) => boolean | undefined) | undefined {
  const wanted = readArn(pattern);
  if (!wanted) return undefined;
  return (arn) => {
    const given = readArn(arn);
    return given && PARTS.every((part) => matchesWildcard(wanted[part], given[part]));
  };
}
