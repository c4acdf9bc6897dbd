import type { AccountSummary } from './account-summary-schema.ts';
import { type Column, textTable } from './text-table.ts';

/** The summary for people: costs, then resources, then what to know of the numbers. */
export function accountSummaryText(summary: AccountSummary): string {
  const { accountId, costsOf, region, currency, previousMonth, monthToDate, forecast, resources, notes } = summary;
  const { start, until, total, services, linkedAccounts } = monthToDate;
  const amount = <Row extends { amount: number }>(): Column<Row> => ({
    title: currency,
    of: (row) => money(row.amount),
    right: true,
  });
  const costs = [
    ['Month to date', money(total)],
    ['Forecast, rest of the month', forecast ? money(forecast.rest) : 'none'],
    ['Forecast, whole month', forecast ? money(forecast.month) : 'none'],
    ['Month before', money(previousMonth.total)],
  ] as const;
  return [
    `# Account ${accountId}: costs and resources, ${start.slice(0, 7)}`,
    `${costsOf === null ? 'All costs that this account pays for' : `Costs of linked account ${costsOf}`}, from ${start} ` +
      `until ${until}, which is today and not in them. Days are in UTC.`,
    textTable(
      [
        { title: 'Costs', of: ([name]) => name },
        { title: currency, of: ([, value]) => value, right: true },
      ],
      costs,
    ),
    '## Top services, month to date',
    textTable([{ title: 'Service', of: ({ service }) => service }, amount()], withCut(services, 'service')),
    ...(linkedAccounts
      ? [
          '## Linked accounts, month to date',
          textTable(
            [
              { title: 'Account', of: ({ account }) => account },
              { title: 'Name', of: (row) => ('name' in row ? row.name : '') },
              amount(),
            ],
            withCut(linkedAccounts, 'account'),
          ),
        ]
      : []),
    `## Resources by type, ${region}`,
    `${resources.total.toLocaleString('en-US')} resources of account ${accountId}${resources.complete ? '' : ', and more'}.`,
    textTable(
      [
        { title: 'Type', of: ({ type }) => type },
        { title: 'Count', of: ({ count }) => count, right: true },
      ],
      withCut(resources.types, 'type'),
    ),
    '## Notes',
    notes.map((note) => `- ${note}`).join('\n'),
  ].join('\n\n');
}

/** A list, and a last row for what was cut. */
function withCut<Name extends string, Row extends Record<Name, string>, Rest extends object>(
  { rows, leftOut }: { rows: readonly Row[]; leftOut: ({ rows: number } & Rest) | null },
  name: Name,
): (Row | (Rest & Record<Name, string>))[] {
  if (leftOut === null) return [...rows];
  return [...rows, { ...leftOut, [name]: `… cut: ${leftOut.rows} more` } as Rest & Record<Name, string>];
}

function money(value: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
