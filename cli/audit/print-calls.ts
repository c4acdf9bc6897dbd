import { readArn } from '../../wire/aws/arn.ts';
import { isoTime } from './csv.ts';
import type { AuditCall } from './join-calls.ts';
import { classOf, countClasses, type Group, type GroupBy, type OutcomeClass, whatOf } from './summarize.ts';
import { type Column, textTable } from './text-table.ts';

const STYLES: Readonly<Record<OutcomeClass, 'green' | 'red' | 'yellow'>> = {
  ok: 'green',
  failed: 'red',
  refused: 'yellow',
  unknown: 'yellow',
};

/** The calls, one a line. */
export function callsTable(calls: readonly AuditCall[]): string {
  const styles = new Map(calls.map((call) => [call.outcome as string, STYLES[classOf(call)]]));
  const columns: Column[] = [
    { title: 'TIME (UTC)', least: 19 },
    { title: 'CALLER', least: 12 },
    { title: 'TOOL', least: 10 },
    { title: 'OUTCOME', least: 8, style: (text) => styles.get(text) },
    { title: 'MS', align: 'right', least: 5 },
    { title: 'VIA', least: 6 },
    { title: 'EVIDENCE', least: 8, style: (text) => (text === 'trail and log' ? 'dim' : 'yellow') },
    { title: 'NOTE', least: 6, style: () => 'yellow' },
  ];
  const rows = calls.map((call) => [
    shortTime(call.time),
    shortCaller(call.caller),
    whatOf(call),
    call.outcome,
    milliseconds(call.duration),
    call.via ?? '',
    call.evidence,
    call.note ?? (classOf(call) === 'ok' ? '' : (call.error ?? '')),
  ]);
  const noted = rows.some((row) => row.at(-1) !== '');
  return noted
    ? textTable(columns, rows)
    : textTable(
        columns.slice(0, -1),
        rows.map((row) => row.slice(0, -1)),
      );
}

/** The groups of `--by`, one a line. */
export function groupsTable(groups: readonly Group[], by: GroupBy): string {
  const numbers = ['CALLS', 'OK', 'FAILED', 'REFUSED', 'UNKNOWN', 'P50 MS', 'P95 MS', 'MAX MS'];
  const columns: Column[] = [
    { title: by.toUpperCase(), least: 12 },
    ...numbers.map((title): Column => ({ title, align: 'right', least: 4 })),
    { title: 'LAST (UTC)', least: 19 },
  ];
  const rows = groups.map(({ key, calls, counts, latency, last }) => [
    by === 'caller' ? shortCaller(key) : key,
    ...[calls.length, counts.ok, counts.failed, counts.refused, counts.unknown].map(String),
    ...[latency?.p50, latency?.p95, latency?.max].map(milliseconds),
    shortTime(last),
  ]);
  return textTable(columns, rows);
}

/** What there is to say below a table. */
export function summaryLine(calls: readonly AuditCall[], leftOut: number): string {
  const { ok, failed, refused, unknown } = countClasses(calls);
  const unproven = calls.filter(({ evidence }) => evidence.startsWith('log only')).length;
  const silent = calls.filter(({ evidence }) => evidence === 'trail only').length;
  const said = [
    `${calls.length} calls: ${ok} ok, ${failed} failed, ${refused} refused, ${unknown} unknown.`,
    ...(unproven > 0 ? [`${unproven} without a trail record: who called is not proven.`] : []),
    ...(silent > 0 ? [`${silent} without a log line: what was called is not known.`] : []),
    ...(leftOut > 0 ? [`${leftOut} other messages, such as tools/list, are not shown (--all shows them).`] : []),
  ];
  return `${said.join('\n')}\n`;
}

/** `ROLE/SESSION` or `user/NAME`: what tells callers apart in a narrow column. */
export function shortCaller(caller: string): string {
  const { accountId, resource } = readArn(caller) ?? {};
  return resource === undefined ? caller : `${resource.replace(/^assumed-role\//, '')} (${accountId})`;
}

export function shortTime(time: number | undefined): string {
  return time === undefined || Number.isNaN(time) ? '' : isoTime(time).slice(0, 19).replace('T', ' ');
}

export function milliseconds(duration: number | undefined): string {
  if (duration === undefined) return '';
  return duration < 10 ? duration.toFixed(1) : String(Math.round(duration));
}
