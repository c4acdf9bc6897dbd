import type { Architecture } from '../../wire/aws/prices.ts';
import { type AuditCall, onBehalf, UNPROVEN } from './audit-call.ts';
import { dollars, sumCosts } from './cost.ts';
import { isoTime } from './csv.ts';
import { shortCaller } from './fold-caller.ts';
import {
  countEndings,
  type Ending,
  endingOf,
  endingsIn,
  type Group,
  type GroupBy,
  outcomeText,
  whatOf,
} from './summarize.ts';
import { type Column, textTable } from './text-table.ts';

const STYLES: Readonly<Record<Ending, 'green' | 'red' | 'yellow'>> = {
  ok: 'green',
  failed: 'red',
  'timed out': 'red',
  crashed: 'red',
  'refused by IAM': 'yellow',
  throttled: 'yellow',
  'refused by the server': 'yellow',
  unknown: 'yellow',
};

interface CallColumn extends Column {
  readonly of: (call: AuditCall) => string;
  /** Whether it is left out where nothing stands in it. */
  readonly optional?: true;
}

const CALL_COLUMNS: readonly CallColumn[] = [
  { title: 'TIME (UTC)', least: 19, of: ({ time }) => shortTime(time) },
  { title: 'CALLER', least: 12, of: callerText },
  { title: 'TOOL', least: 10, of: whatOf },
  { title: 'OUTCOME', least: 8, of: outcomeText },
  { title: 'MS', align: 'right', least: 5, of: ({ duration }) => milliseconds(duration) },
  { title: 'VIA', least: 6, of: ({ via }) => via ?? '' },
  {
    title: 'EVIDENCE',
    least: 8,
    style: (text) => (text.endsWith(' and log') ? 'dim' : 'yellow'),
    of: ({ evidence }) => evidence,
  },
  { title: 'END USER', least: 8, of: (call) => onBehalf(call) ?? '', optional: true },
  {
    title: 'NOTE',
    least: 6,
    style: () => 'yellow',
    of: (call) => call.note ?? (endingOf(call) === 'ok' ? '' : (call.error ?? '')),
    optional: true,
  },
];

/** The calls, one a line. */
export function callsTable(calls: readonly AuditCall[]): Iterable<string> {
  const styles = new Map(calls.map((call) => [outcomeText(call), STYLES[endingOf(call)]]));
  const columns = CALL_COLUMNS.filter(({ optional, of }) => !optional || calls.some((call) => of(call) !== '')).map(
    (column) => (column.of === outcomeText ? { ...column, style: (text: string) => styles.get(text) } : column),
  );
  const rows = {
    *[Symbol.iterator]() {
      for (const call of calls) yield columns.map(({ of }) => of(call));
    },
  };
  return textTable(columns, rows);
}

/** Who called; where AWS has no record, who the line says it was, marked as such. */
export function callerText({ caller, claim, callerSource }: AuditCall): string {
  if (caller === UNPROVEN)
    return claim?.caller === undefined ? UNPROVEN : `${UNPROVEN}: "${shortCaller(claim.caller)}"`;
  return `${shortCaller(caller)}${callerSource === 'line' ? ' (says the function)' : ''}`;
}

/** The groups of `--by`, one a line. */
export function groupsTable(groups: readonly Group[], by: GroupBy, architecture: Architecture): Iterable<string> {
  const endings = endingsIn(countEndings(groups.flatMap(({ calls }) => calls)));
  const sessions = by === 'caller' || by === 'role';
  const numbers = ['CALLS', ...endings.map((ending) => ending.toUpperCase()), 'P50 MS', 'P95 MS', 'MAX MS', 'COST'];
  const columns: Column[] = [
    { title: by.toUpperCase(), least: 12 },
    ...(sessions ? [{ title: 'SESSIONS', align: 'right' as const, least: 4 }] : []),
    ...numbers.map((title): Column => ({ title, align: 'right', least: 4 })),
    { title: 'LAST (UTC)', least: 19 },
  ];
  const rows = groups.map(({ key, calls, counts, latency, last }) => [
    sessions || by === 'session' ? shortCaller(key) : key,
    ...(sessions ? [sessionsOf(calls)] : []),
    String(calls.length),
    ...endings.map((ending) => String(counts[ending])),
    ...[latency?.p50, latency?.p95, latency?.max].map(milliseconds),
    dollars(sumCosts(calls, architecture), calls.length),
    shortTime(last),
  ]);
  return textTable(columns, rows);
}

function sessionsOf(calls: readonly AuditCall[]): string {
  return String(new Set(calls.flatMap(({ session }) => session ?? [])).size);
}

/** What there is to say below a table. */
export function summaryLine(calls: readonly AuditCall[], leftOut: number): string {
  const counts = countEndings(calls);
  const of = (...evidences: AuditCall['evidence'][]) =>
    calls.filter(({ evidence }) => evidences.includes(evidence)).length;
  const unproven = of('log only', 'log only, trail due');
  const silent = of('trail only', 'access log only');
  const conflicts = of('conflict');
  const said = [
    `${calls.length} calls: ${endingsIn(counts)
      .map((ending) => `${counts[ending]} ${ending}`)
      .join(', ')}.`,
    ...(conflicts > 0 ? [`${conflicts} in conflict: what the log says of them is not believed.`] : []),
    ...(unproven > 0 ? [`${unproven} without a trail record: who called is not proven.`] : []),
    ...(silent > 0 ? [`${silent} without a log line: what was called is not known.`] : []),
    ...(leftOut > 0 ? [`${leftOut} other messages, such as tools/list, are not shown (--all shows them).`] : []),
  ];
  return `${said.join('\n')}\n`;
}

export function shortTime(time: number | undefined): string {
  return time === undefined || Number.isNaN(time) ? '' : isoTime(time).slice(0, 19).replace('T', ' ');
}

export function milliseconds(duration: number | undefined): string {
  if (duration === undefined) return '';
  return duration < 10 ? duration.toFixed(1) : String(Math.round(duration));
}
