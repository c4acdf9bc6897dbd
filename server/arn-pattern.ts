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
  return given?.every((field, index) => fieldMatches(wanted[index] as string, field)) ?? false;
}

function splitArn(arn: string): string[] | undefined {
  const fields = arn.split(':');
  if (fields[0] !== 'arn' || fields.length < 6) return undefined;
  return [...fields.slice(0, 5), fields.slice(5).join(':')];
}

/** Greedy matching with one point to fall back to: linear in practice, and no pattern can make it exponential. */
function fieldMatches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
