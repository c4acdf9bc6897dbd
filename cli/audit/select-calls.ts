import { matchesWildcard } from '../../wire/wildcard.ts';
import { UsageError } from '../usage-error.ts';
import { type AuditCall, isWhole } from './audit-call.ts';
import { shortCaller } from './fold-caller.ts';
import { whatOf } from './summarize.ts';

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
 * @returns the calls; how many messages were left out for being no call of a tool; how many lie outside the time
 */
export function selectCalls(
  calls: readonly AuditCall[],
  { since, until, caller, tool, all }: Selection,
): { calls: AuditCall[]; leftOut: number; outside: number } {
  const inTime = calls.filter(({ time }) => time === undefined || (time >= since && time <= until));
  const isCaller = caller === undefined ? undefined : matcher(caller);
  const isTool = tool === undefined ? undefined : matcher(tool);
  const asked = inTime.filter(
    (call) => (isCaller?.(namesOf(call)) ?? true) && (isTool?.([whatOf(call), call.claim?.tool]) ?? true),
  );
  const kept = all ? asked : asked.filter((call) => !isChatter(call));
  return { calls: kept, leftOut: asked.length - kept.length, outside: calls.length - inTime.length };
}

/** Every text that stands for the caller, in a table or elsewhere. */
function namesOf({ caller, role, claim, endUser, tokenUser, tokenClient }: AuditCall): (string | undefined)[] {
  const both = [caller, role, claim?.caller].filter((name) => name !== undefined);
  const short = both.map(shortCaller);
  return [...both, ...short, ...short.map((name) => name.replace(/ \(\d*\)$/, '')), endUser, tokenUser, tokenClient];
}

/** A protocol message that went well, and that both sides know of or are about to. */
function isChatter({ tool, method, outcome, evidence, note }: AuditCall): boolean {
  const expected = isWhole({ evidence }) || evidence === 'log only, trail due';
  return method !== undefined && tool === undefined && outcome === 'ok' && expected && note === undefined;
}

/** With `*` or `?` a pattern for the whole of a text; without, a part of it. Case does not matter. */
function matcher(pattern: string): (texts: readonly (string | undefined)[]) => boolean {
  const low = pattern.toLowerCase();
  const fits = /[*?]/.test(low) ? (text: string) => matchesWildcard(low, text) : (text: string) => text.includes(low);
  return (texts) => texts.some((text) => text !== undefined && fits(text.toLowerCase()));
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
