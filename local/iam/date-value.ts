const W3C_DATE = /^\d{4}-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?$/;

/**
 * Reads a date of a condition: a W3C form of ISO 8601, with a time zone wherever it has a time, or seconds since 1970. Four
 * digits could be either, and are not read.
 * @returns milliseconds since 1970, or undefined
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
 */
export function readDate(value: string): number | undefined {
  if (/^\d{5,}(?:\.\d+)?$/.test(value)) return Number(value) * 1000;
  if (!W3C_DATE.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
