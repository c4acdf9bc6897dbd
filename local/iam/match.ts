/** Whether a part of a statement fits a request. IAM has two answers; here there is a third, for what is not known. */
export type Match = 'yes' | 'no' | Unknown;

/** Why nobody here can say. */
export interface Unknown {
  readonly unknown: string;
}

export function unknown(why: string): Unknown {
  return { unknown: why };
}

export function isUnknown(match: object | string): match is Unknown {
  return typeof match === 'object' && 'unknown' in match;
}

/** Every part must fit. One that does not settles it, whatever the unknown ones mean. */
export function allOf(matches: readonly Match[]): Match {
  if (matches.includes('no')) return 'no';
  return joinUnknown(matches) ?? 'yes';
}

/** One of a list must fit. Stricter than logic asks: a list that holds something unknown is unknown as a whole. */
export function anyOf(matches: readonly Match[]): Match {
  return joinUnknown(matches) ?? (matches.includes('yes') ? 'yes' : 'no');
}

export function not(match: Match): Match {
  if (isUnknown(match)) return match;
  return match === 'yes' ? 'no' : 'yes';
}

function joinUnknown(matches: readonly Match[]): Unknown | undefined {
  const reasons = matches.filter(isUnknown).map((match) => match.unknown);
  return reasons.length > 0 ? unknown(reasons.join('; ')) : undefined;
}
