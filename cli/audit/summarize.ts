import type { AuditCall } from './audit-call.ts';
import { isoTime } from './csv.ts';

/** How a call ended, in the words of the report. */
export type Ending =
  | 'ok'
  | 'failed'
  | 'timed out'
  | 'crashed'
  | 'refused by IAM'
  | 'throttled'
  | 'refused by the server'
  | 'unknown';

export const ENDINGS: readonly Ending[] = [
  'ok',
  'failed',
  'timed out',
  'crashed',
  'refused by IAM',
  'throttled',
  'refused by the server',
  'unknown',
];

const ENDING_OF: Readonly<Record<AuditCall['outcome'], Ending>> = {
  ok: 'ok',
  input_required: 'ok',
  tool_error: 'failed',
  error: 'failed',
  timeout: 'timed out',
  crashed: 'crashed',
  refused: 'refused by IAM',
  throttled: 'throttled',
  rejected: 'refused by the server',
  unknown: 'unknown',
};

export function endingOf({ outcome }: AuditCall): Ending {
  return ENDING_OF[outcome];
}

/** The outcome with what tells it apart from others that end alike: `failed (tool_error)`. */
export function outcomeText(call: AuditCall): string {
  const ending = endingOf(call);
  return call.outcome === 'tool_error' || call.outcome === 'input_required' ? `${ending} (${call.outcome})` : ending;
}

export const GROUPINGS = ['caller', 'role', 'session', 'account', 'ip', 'tool', 'outcome', 'hour'] as const;
export type GroupBy = (typeof GROUPINGS)[number];

export type Counts = Readonly<Record<Ending, number>>;

export interface Group {
  readonly key: string;
  readonly calls: readonly AuditCall[];
  readonly counts: Counts;
  readonly latency: Latency | undefined;
  /** Milliseconds since 1970. */
  readonly last: number | undefined;
}

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The calls in groups; the largest first, hours in their order. */
export function groupCalls(calls: readonly AuditCall[], by: GroupBy): Group[] {
  const groups = Map.groupBy(calls, (call) => keyOf(call, by));
  const found = [...groups].map(([key, group]) => ({
    key,
    calls: group,
    counts: countEndings(group),
    latency: latencyOf(group),
    last: group.findLast(({ time }) => time !== undefined)?.time,
  }));
  if (by === 'hour') return found.sort((a, b) => a.key.localeCompare(b.key));
  return found.sort((a, b) => b.calls.length - a.calls.length || a.key.localeCompare(b.key));
}

function keyOf(call: AuditCall, by: GroupBy): string {
  if (by === 'caller' || by === 'role') return call.role;
  if (by === 'session') return call.caller;
  if (by === 'account') return call.accountId ?? '(not told)';
  if (by === 'ip') return call.sourceIp ?? '(not told)';
  if (by === 'hour') return call.time === undefined ? '(not told)' : `${isoTime(call.time).slice(0, 13)}:00Z`;
  return by === 'tool' ? whatOf(call) : endingOf(call);
}

/** What was called: the tool, or else the method. */
export function whatOf({ tool, method, evidence }: AuditCall): string {
  if (evidence === 'conflict') return '(in conflict)';
  return tool ?? method ?? (evidence === 'refused by AWS' ? '(never reached the function)' : '(not told)');
}

export function countEndings(calls: readonly AuditCall[]): Counts {
  const counts = Object.fromEntries(ENDINGS.map((ending) => [ending, 0])) as Record<Ending, number>;
  for (const call of calls) counts[endingOf(call)] += 1;
  return counts;
}

/** The endings that occur, and `ok`. */
export function endingsIn(counts: Counts): Ending[] {
  return ENDINGS.filter((ending) => ending === 'ok' || counts[ending] > 0);
}

/** Of the calls whose duration is known; undefined when it is of none. */
export function latencyOf(calls: readonly AuditCall[]): Latency | undefined {
  const durations = calls.flatMap(({ duration }) => (duration === undefined ? [] : [duration])).sort((a, b) => a - b);
  const max = durations.at(-1);
  if (max === undefined) return undefined;
  // Nearest rank: a value that occurred.
  const at = (share: number) => durations[Math.max(0, Math.ceil(durations.length * share) - 1)] ?? max;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max };
}
