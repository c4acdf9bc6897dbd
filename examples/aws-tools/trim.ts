/** The first of a sorted list, and a mark that says how many were left out. */
export interface Trimmed<T, Rest> {
  readonly rows: T[];
  /** What the rows that were left out come to; null when every row is there. */
  readonly leftOut: ({ rows: number } & Rest) | null;
}

/**
 * Trims a list to its largest items, so that an agent gets a whole answer rather than the beginning of one.
 *
 * @param size what to sort by
 * @param sum of the items left out, so that totals still add up
 */
export function trim<T, Rest extends object>(
  items: readonly T[],
  limit: number,
  size: (item: T) => number,
  sum: (rest: readonly T[]) => Rest,
): Trimmed<T, Rest> {
  const sorted = [...items].sort((a, b) => size(b) - size(a));
  const rest = sorted.slice(limit);
  return { rows: sorted.slice(0, limit), leftOut: rest.length === 0 ? null : { rows: rest.length, ...sum(rest) } };
}
