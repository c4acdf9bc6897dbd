/** The AWS policy grammar takes a list of one without its brackets. */
export type OneOrMany<T> = T | readonly T[];

export function toList<T>(values: OneOrMany<T> | undefined): readonly T[] {
  if (values === undefined) return [];
  return Array.isArray(values) ? values : [values as T];
}
