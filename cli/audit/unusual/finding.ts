import type { AuditCall } from '../audit-call.ts';
import { shortTime } from '../print-calls.ts';

export type FindingKind =
  | 'conflict'
  | 'no record'
  | 'no line'
  | 'first caller'
  | 'first account'
  | 'first address'
  | 'first tool'
  | 'first pair'
  | 'one caller alone'
  | 'burst'
  | 'hour'
  | 'refusals';

/** Something that a reader should look at. */
export interface Finding {
  readonly kind: FindingKind;
  /** The caller, account, address, tool or hour that it is about. */
  readonly subject: string;
  /** In a sentence, the figures it rests on included. */
  readonly what: string;
  /** Calls. */
  readonly count: number;
  /** Milliseconds since 1970; undefined where nobody tells. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly tools: readonly string[];
  readonly addresses: readonly string[];
  readonly requestIds: readonly string[];
}

/** Longest lists in a finding. */
const MAX_LISTED = 20;

export function finding(kind: FindingKind, subject: string, calls: readonly AuditCall[], what: string): Finding {
  const times = calls.flatMap(({ time }) => time ?? []);
  const distinct = (texts: readonly string[]) => [...new Set(texts)].slice(0, MAX_LISTED);
  return {
    ...{ kind, subject, what, count: calls.length },
    first: times.reduce((least: number | undefined, time) => Math.min(least ?? time, time), undefined),
    last: times.reduce((most: number | undefined, time) => Math.max(most ?? time, time), undefined),
    tools: distinct(calls.flatMap(({ tool }) => tool ?? [])),
    addresses: distinct(calls.flatMap(({ sourceIp }) => sourceIp ?? [])),
    requestIds: distinct(calls.map(({ requestId }) => requestId)),
  };
}

/** `12 calls from 2026-11-20 03:00:01 to 03:40:00` */
export function span({ count, first, last }: Pick<Finding, 'count' | 'first' | 'last'>): string {
  const calls = count === 1 ? 'one call' : `${count} calls`;
  if (first === undefined || last === undefined) return calls;
  if (first === last) return `${calls} at ${shortTime(first)}`;
  const sameDay = shortTime(first).slice(0, 10) === shortTime(last).slice(0, 10);
  return `${calls} from ${shortTime(first)} to ${sameDay ? shortTime(last).slice(11) : shortTime(last)}`;
}

/** `a, b and 3 more` */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
