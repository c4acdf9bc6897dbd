import type { AccountSummary } from './account-summary-schema.ts';
import type { Cost, Costs } from './costs.ts';
import type { Month } from './month.ts';
import type { ResourceCount, ResourceCounts } from './resource-counts.ts';
import { trim } from './trim.ts';

/**
 * @param byAccount whether costs are known by linked account
 */
export function summarize(month: Month, costs: Costs, counts: ResourceCounts, limit: number, byAccount: boolean) {
  const spent = sumOf(costs.monthToDate);
  const nameOf = (account: string) => costs.accountNames.get(account) ?? '';
  return {
    currency: costs.currency,
    previousMonth: { start: month.previousStart, total: toCents(sumOf(costs.previousMonth)) },
    monthToDate: {
      start: month.start,
      until: month.today,
      total: toCents(spent),
      services: trimCosts(
        fold(
          costs.monthToDate,
          ({ service }) => service,
          (service, amount) => ({ service, amount }),
        ),
        limit,
      ),
      linkedAccounts: byAccount
        ? trimCosts(
            fold(
              costs.monthToDate,
              ({ account }) => account,
              (account, amount) => ({ account, name: nameOf(account), amount }),
            ),
            limit,
          )
        : null,
    },
    forecast:
      costs.forecast === undefined
        ? null
        : { until: month.end, rest: toCents(costs.forecast), month: toCents(spent + costs.forecast) },
    resources: {
      total: totalOf(counts.byType),
      complete: counts.complete,
      types: trim(
        counts.byType,
        limit,
        ({ count }) => count,
        (rest) => ({ count: totalOf(rest) }),
      ),
    },
  } satisfies Partial<AccountSummary>;
}

/** What to know of the numbers. */
export function notesOf(
  month: Month,
  { forecast, monthToDate, previousMonth }: Costs,
  { complete, byType }: ResourceCounts,
  costsOf: string | null,
): string[] {
  return [
    'Costs are unblended, with credits and refunds, and lag about a day behind.',
    'Resources are those that have a tag or once had one.',
    ...(costsOf === null
      ? []
      : ['Resources are those of the account that this server runs in, whatever account costs are of.']),
    ...(monthToDate.length === 0 && previousMonth.length === 0
      ? [
          costsOf === null
            ? 'Cost Explorer has no costs yet: data of a new account takes up to 24 hours.'
            : `Cost Explorer has no costs of ${costsOf}: this account does not pay for it, or data takes up to 24 hours.`,
        ]
      : []),
    ...(month.start === month.today ? ['It is the first of the month: no whole day of it has passed.'] : []),
    ...(forecast === undefined ? ['Cost Explorer has too little history for a forecast.'] : []),
    ...(complete ? [] : [`Counting stopped after ${totalOf(byType)} resources: there are more.`]),
  ];
}

/** One row for all costs of the same key. */
function fold<Row>(
  costs: readonly Cost[],
  key: (cost: Cost) => string,
  row: (key: string, amount: number) => Row,
): Row[] {
  return [...Map.groupBy(costs, key)].map(([name, same]) => row(name, sumOf(same)));
}

function trimCosts<Row extends { amount: number }>(rows: readonly Row[], limit: number) {
  const { rows: largest, leftOut } = trim(
    rows,
    limit,
    ({ amount }) => amount,
    (rest) => ({ amount: toCents(sumOf(rest)) }),
  );
  return { rows: largest.map((row) => ({ ...row, amount: toCents(row.amount) })), leftOut };
}

function sumOf(costs: readonly { amount: number }[]): number {
  return costs.reduce((sum, cost) => sum + cost.amount, 0);
}

function totalOf(types: readonly ResourceCount[]): number {
  return types.reduce((sum, { count }) => sum + count, 0);
}

function toCents(value: number): number {
  return Math.round(value * 100) / 100;
}
