import { UsageError } from '../usage-error.ts';
import type { AuditCall } from './join-calls.ts';

export interface Selection {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly caller: string | undefined;
  readonly tool: string | undefined;
  /** Whether to keep what is no call of a tool: `tools/list`, `initialize` and the like. */
  readonly all: boolean;
}

/**
 * The calls that are asked for. What is no call of a tool is left out unless something is wrong with it.
 *
 * @returns the calls, and how many messages were left out for being no call of a tool
 */
export function selectCalls(
  calls: readonly AuditCall[],
  { since, until, caller, tool, all }: Selection,
): { calls: AuditCall[]; leftOut: number } {
  const asked = calls.filter(
    (call) =>
      (call.time === undefined || (call.time >= since && call.time <= until)) &&
      (caller === undefined || matches(caller, call.caller)) &&
      (tool === undefined || (call.tool !== undefined && matches(tool, call.tool))),
  );
  const kept = all ? asked : asked.filter((call) => !isChatter(call));
  return { calls: kept, leftOut: asked.length - kept.length };
}

/** A protocol message that went well, and that both sides know of or are about to. */
function isChatter({ tool, method, outcome, evidence, note }: AuditCall): boolean {
  const expected = evidence === 'trail and log' || evidence === 'log only, trail due';
  return method !== undefined && tool === undefined && outcome === 'ok' && expected && note === undefined;
}

/** With `*` or `?` a pattern for the whole text; without, a part of it. Case does not matter. */
function matches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return text.toLowerCase().includes(pattern.toLowerCase());
  const escaped = pattern
    .replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'is').test(text);
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A point in time: so long ago (`90m`, `24h`, `7d`, `2w`), a date, or a date and time in ISO 8601.
 *
 * @throws {UsageError}
 */
export function readTime(flag: string, text: string, now: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(
    `--${flag} takes a span (90m, 24h, 7d, 2w) or a date (2026-11-20), not ${JSON.stringify(text)}.`,
  );
}
