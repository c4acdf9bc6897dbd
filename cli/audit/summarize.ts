import type { AuditCall } from './join-calls.ts';

/** How a call counts. */
export type OutcomeClass = 'ok' | 'failed' | 'refused' | 'unknown';

export function classOf({ outcome }: AuditCall): OutcomeClass {
  if (outcome === 'ok' || outcome === 'input_required') return 'ok';
  if (outcome === 'refused' || outcome === 'rejected' || outcome === 'throttled') return 'refused';
  return outcome === 'unknown' ? 'unknown' : 'failed';
}

export type GroupBy = 'caller' | 'tool' | 'outcome';

export interface Group {
  readonly key: string;
  readonly calls: readonly AuditCall[];
  readonly counts: Readonly<Record<OutcomeClass, number>>;
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

/** The calls by caller, tool or outcome; the largest group first. */
export function groupCalls(calls: readonly AuditCall[], by: GroupBy): Group[] {
  const groups = Map.groupBy(calls, (call) => keyOf(call, by));
  return [...groups]
    .map(([key, group]) => ({
      key,
      calls: group,
      counts: countClasses(group),
      latency: latencyOf(group),
      last: group.findLast(({ time }) => time !== undefined)?.time,
    }))
    .sort((a, b) => b.calls.length - a.calls.length || a.key.localeCompare(b.key));
}

function keyOf(call: AuditCall, by: GroupBy): string {
  if (by === 'caller') return call.caller;
  return by === 'tool' ? whatOf(call) : call.outcome;
}

/** What was called: the tool, or else the method. */
export function whatOf({ tool, method, evidence }: AuditCall): string {
  return tool ?? method ?? (evidence === 'refused by AWS' ? '(never reached the function)' : '(not told)');
}

export function countClasses(calls: readonly AuditCall[]): Record<OutcomeClass, number> {
  const counts = { ok: 0, failed: 0, refused: 0, unknown: 0 };
  for (const call of calls) counts[classOf(call)] += 1;
  return counts;
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
