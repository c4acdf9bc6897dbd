/** What `*` and `?` stand for, as regular expressions. */
export interface WildcardMeaning {
  readonly many: string;
  readonly one: string;
}

const ANY: WildcardMeaning = { many: '.*', one: '.' };

/** Whether a value fits a pattern in which `*` stands for any characters and `?` for one; case-sensitive. */
export function matchesWildcard(pattern: string, value: string): boolean {
  return wildcardPattern([wildcardSource(pattern)]).test(value);
}

/** A pattern as the source of a regular expression. */
export function wildcardSource(pattern: string, { many, one }: WildcardMeaning = ANY): string {
  return pattern
    .replace(/[$()+./[\\\]^{|}-]/g, '\\$&')
    .replace(/\*+/g, many)
    .replaceAll('?', one);
}

/** Sources of an ARN's segments as one regular expression. */
export function wildcardPattern(segments: readonly string[]): RegExp {
  return new RegExp(`^${segments.join(':')}$`, 's');
}
