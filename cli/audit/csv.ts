import type { AuditCall } from './join-calls.ts';

const COLUMNS = [
  'time',
  'caller',
  'evidence',
  'via',
  'method',
  'tool',
  'outcome',
  'error',
  'status',
  'durationMs',
  'bytesIn',
  'bytesOut',
  'sourceIp',
  'userAgent',
  'requestId',
  'note',
] as const;

/**
 * The calls as CSV (RFC 4180), a header first. Text that a spreadsheet would take for a formula gets a `'` before it:
 * callers choose tool names and user agents.
 *
 * Source: OWASP, "CSV Injection".
 */
export function toCsv(calls: readonly AuditCall[]): string {
  const rows = calls.map((call) => {
    const row = { ...call, time: call.time === undefined ? '' : isoTime(call.time), durationMs: call.duration };
    return COLUMNS.map((column) => cell(row[column]));
  });
  return [[...COLUMNS], ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
