/** Days as Cost Explorer takes them, `YYYY-MM-DD`, in UTC. */
export interface Month {
  /** First day of the month before. */
  readonly previousStart: string;
  readonly start: string;
  readonly today: string;
  /** First day of the next month. */
  readonly end: string;
}

/** The month that a moment is in. */
export function monthOf(now: Date): Month {
  const firstDay = (month: number) => toDay(new Date(Date.UTC(now.getUTCFullYear(), month)));
  const month = now.getUTCMonth();
  return { previousStart: firstDay(month - 1), start: firstDay(month), today: toDay(now), end: firstDay(month + 1) };
}

function toDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
