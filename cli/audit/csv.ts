import type { Architecture } from '../../wire/aws/prices.ts';
import { harmless } from '../../wire/harmless-text.ts';
import { type AuditCall, plainCall, sourcesOf } from './audit-call.ts';
import { costOf } from './cost.ts';

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
  'role',
  'account',
  'endUser',
  'traceId',
  'spanId',
  'billedMs',
  'memoryMb',
  'costUsd',
  'callerSource',
  'toolSource',
  'outcomeSource',
  'claimedCaller',
  'claimedTool',
  'claimedOutcome',
  'tokenUser',
  'tokenClient',
] as const;

/** Longest text in a cell: a spreadsheet takes no more than 32,767 characters. */
const MAX_CELL_LENGTH = 4096;

/**
 * The calls as lines of CSV (RFC 4180), a header first. Text that a spreadsheet would take for a formula gets a `'` before it:
 * callers choose tool names and user agents.
 *
 * Source: OWASP, "CSV Injection".
 */
export function* csvLines(calls: Iterable<AuditCall>, architecture: Architecture = 'arm64'): Generator<string, void> {
  yield line(COLUMNS);
  for (const call of calls) {
    const sources = sourcesOf(call);
    const row: Partial<Record<(typeof COLUMNS)[number], string | number | undefined>> = {
      ...plainCall(call),
      time: call.time === undefined ? '' : isoTime(call.time),
      account: call.accountId,
      toolSource: sources.tool,
      durationMs: call.duration,
      billedMs: call.billed,
      memoryMb: call.memory,
      costUsd: costOf(call, architecture),
      claimedCaller: call.claim?.caller,
      claimedTool: call.claim?.tool,
      claimedOutcome: call.claim?.outcome,
    };
    yield line(COLUMNS.map((column) => cell(row[column])));
  }
}

function line(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = harmless(value.slice(0, MAX_CELL_LENGTH));
  // What was written out stays a formula's beginning for those who turn it back.
  const safe = /^(?:\s|\\u\{[0-9a-f]+\})*[=+\-@＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
