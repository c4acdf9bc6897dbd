import { type Column, textTable } from './text-table.ts';
import type { Trimmed } from './trim.ts';
import type { CallerSums, Sums, UsageSums } from './usage-sums.ts';

export interface BedrockUsageReport extends UsageSums {
  readonly days: number;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly until: string;
  readonly regions: readonly string[];
  readonly logGroup: string;
  /** 12 digits; null: all that the logs have. */
  readonly account: string | null;
  readonly scanned: { readonly records: number; readonly bytes: number };
  readonly notes: readonly string[];
}

/** The report for people: a title, the totals, one table for each way to add up, and what to know of the numbers. */
export function bedrockUsageText(report: BedrockUsageReport): string {
  const { days, from, until, regions, logGroup, account, totals, byDay, scanned, notes } = report;
  const period = days === 1 ? '1 day' : `${days} days`;
  const foundIn = report.byRegion.rows.map(({ region }) => region);
  const sideBySide = foundIn.map(
    (region): Column<(typeof byDay)[number]> => ({
      title: region,
      right: true,
      of: ({ byRegion }) => byRegion[region] ?? 0,
    }),
  );
  const day = { title: 'Day', of: (row: { day: string }) => row.day };
  return [
    `# Amazon Bedrock usage: ${period}, ${regions.join(', ')}`,
    `From ${minute(from)} to ${minute(until)}, times and days in UTC. Log group ${logGroup}, ` +
      `${account === null ? 'all accounts in it' : `account ${account}`}.`,
    ...(totals.invocations === 0 ? ['No model invocation was logged in this time.'] : []),
    textTable(
      [
        { title: 'Total', of: ([name]) => name },
        { title: '', right: true, of: ([, value]) => value },
      ],
      [
        ['Requests', totals.invocations],
        ['Input tokens', totals.inputTokens],
        ['Completion tokens', totals.outputTokens],
        ['Total tokens', totals.totalTokens],
        ['Cached tokens, read', totals.cacheReadTokens],
        ['Cached tokens, written', totals.cacheWrittenTokens],
      ] as [string, number][],
    ),
    ...section('By day', textTable([day, ...SUMS], byDay)),
    ...section('By region', table(report.byRegion, { Region: ({ region }) => region })),
    ...(foundIn.length > 1 ? section('Total tokens by day and region', textTable([day, ...sideBySide], byDay)) : []),
    ...section('By model', table(report.byModel, { Model: ({ model }) => model })),
    ...section('By user and role', table(withSessions(report.byCaller), { 'User or role': ({ caller }) => caller })),
    ...section(
      'By model and caller',
      table(report.byModelAndCaller, { Model: ({ model }) => model, 'User or role': ({ caller }) => caller }),
    ),
    ...section(
      'Notes',
      [
        ...notes,
        `CloudWatch Logs scanned ${scanned.records.toLocaleString('en-US')} records, ${gigabytes(scanned.bytes)} GB.`,
      ]
        .map((note) => `- ${note}`)
        .join('\n'),
    ),
  ].join('\n\n');
}

const number = (title: string, of: (row: Sums) => number): Column<Sums> => ({ title, of, right: true });
const SUMS: readonly Column<Sums>[] = [
  number('Requests', (row) => row.invocations),
  number('Failed', (row) => row.failed),
  number('Input', (row) => row.inputTokens),
  number('Completion', (row) => row.outputTokens),
  number('Total', (row) => row.totalTokens),
  number('Cache read', (row) => row.cacheReadTokens),
  number('Cache written', (row) => row.cacheWrittenTokens),
];

function section(title: string, body: string): string[] {
  return [`## ${title}`, body];
}

/** A list with the names of its rows, and a last row for what was cut. */
function table<Row extends Sums>(
  { rows, leftOut }: Trimmed<Row, Sums>,
  names: Readonly<Record<string, (row: Row) => string>>,
): string {
  const [first] = Object.keys(names);
  const columns = Object.entries(names).map(
    ([title, of]): Column<Line<Row>> => ({
      title,
      of: (line) => ('cut' in line ? (title === first ? cutMark(line.cut) : '') : of(line)),
    }),
  );
  const cut = leftOut ? [{ ...leftOut, cut: leftOut.rows }] : [];
  return textTable<Line<Row>>([...columns, ...SUMS], [...rows, ...cut]);
}

type Line<Row> = Row | (Sums & { readonly cut: number });

function cutMark(rows: number): string {
  return `… cut: ${rows} more`;
}

/** A role's sessions stand beneath it; sums of the list count them once. */
function withSessions({ rows, leftOut }: Trimmed<CallerSums, Sums>): Trimmed<Sums & { caller: string }, Sums> {
  const lines = rows.flatMap(({ sessions, ...row }) => [
    row,
    ...sessions.rows.map(({ session, ...sums }) => ({ ...sums, caller: `↳ ${session}` })),
    ...(sessions.leftOut ? [{ ...sessions.leftOut, caller: `↳ ${cutMark(sessions.leftOut.rows)}` }] : []),
  ]);
  return { rows: lines, leftOut };
}

/** `2026-11-25 15:04` */
function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toLocaleString('en-US', { maximumFractionDigits: 3 });
}
