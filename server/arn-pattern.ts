import { readArnPattern } from '../wire/aws/arn-pattern.ts';

/**
 * Whether an ARN matches a pattern in which `*` stands for any run of characters and `?` for one.
 *
 * The first five fields (partition, service, region, account) are matched one by one, so that a wildcard in one never
 * reaches into the next; in the last field `*` also spans `/` and `:`, as in IAM policies.
 *
 * @throws {TypeError} when the pattern is not an ARN of six fields
 */
export function arnMatches(pattern: string, arn: string): boolean {
  const matches = readArnPattern(pattern);
  if (!matches) {
    throw new TypeError(`"${pattern}" is not an ARN pattern: write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE.`);
  }
  return matches(arn) ?? false;
}
