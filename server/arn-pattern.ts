import { matchesWildcard } from '../wire/wildcard.ts';

/**
 * Whether an ARN matches a pattern in which `*` stands for any run of characters and `?` for one.
 *
 * The first five fields (partition, service, region, account) are matched one by one, so that a wildcard in one never
 * reaches into the next; in the last field `*` also spans `/` and `:`, as in IAM policies.
 *
 * @throws {TypeError} when the pattern is not an ARN of six fields
 */
export function arnMatches(pattern: string, arn: string): boolean {
  const wanted = splitArn(pattern);
  if (!wanted) {
    throw new TypeError(`"${pattern}" is not an ARN pattern: write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE.`);
  }
  const given = splitArn(arn);
  return given?.every((field, index) => matchesWildcard(wanted[index] as string, field)) ?? false;
}

function splitArn(arn: string): string[] | undefined {
  const fields = arn.split(':');
  if (fields[0] !== 'arn' || fields.length < 6) return undefined;
  return [...fields.slice(0, 5), fields.slice(5).join(':')];
}
