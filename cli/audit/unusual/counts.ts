import type { AuditCall } from '../audit-call.ts';
import { shortCaller } from '../fold-caller.ts';
import { type Ending, endingOf } from '../summarize.ts';
import { type Finding, finding, span } from './finding.ts';
import { poissonTail } from './poisson.ts';

const HOUR = 3_600_000;
/** Chance that a quiet time yields any finding at all, however many callers and hours there are. */
const CHANCE = 0.01;

/** Two times to compare. */
export interface Compared {
  readonly calls: readonly AuditCall[];
  readonly before: readonly AuditCall[];
  /** How long either lasts; milliseconds. */
  readonly lasts: number;
  readonly lastedBefore: number;
}

/**
 * Hours in which a caller called more often than its busiest hour of the other time makes likely: the upper tail of a
 * Poisson distribution with that as its mean (at least 1), below one chance in a hundred for all hours together.
 */
export function bursts({ calls, before }: Compared): Finding[] {
  const busiest = new Map<string, number>();
  for (const [role, hours] of byHour(before))
    busiest.set(role, Math.max(...[...hours.values()].map(({ length }) => length)));
  const cells = [...byHour(calls)];
  const tests = cells.reduce((sum, [, hours]) => sum + hours.size, 0);
  return cells.flatMap(([role, hours]) => {
    const most = Math.max(1, busiest.get(role) ?? 0);
    const odd = [...hours.values()].filter((own) => poissonTail(own.length, most) < CHANCE / tests);
    const own = odd.flat();
    if (own.length === 0) return [];
    const peak = Math.max(...odd.map(({ length }) => length));
    const found = finding('burst', role, own, '');
    const usual = busiest.has(role) ? `its busiest hour otherwise had ${most}` : 'it did not call otherwise';
    return [{ ...found, what: `${shortCaller(role)} made ${peak} calls in an hour; ${usual}: ${span(found)}.` }];
  });
}

/**
 * Hours of the day, in UTC, in which a caller never called in the other time. A caller of whom none was seen in so long
 * may still make three (the rule of three, 95 %): a finding takes as many calls as make that unlikely, below one chance
 * in a hundred for all hours together.
 */
export function oddHours({ calls, before, lasts, lastedBefore }: Compared): Finding[] {
  // Of a time that holds no whole day nobody can say which hours are usual.
  if (lastedBefore < 24 * HOUR) return [];
  const usual = new Map<string, Set<number>>();
  for (const { role, time } of before) {
    if (time === undefined) continue;
    const hours = usual.get(role) ?? new Set();
    usual.set(role, hours.add(hourOfDay(time)));
  }
  const known = calls.filter(({ role, time }) => time !== undefined && usual.has(role));
  const byRole = Map.groupBy(known, ({ role }) => role);
  const tests = byRole.size * 24;
  const room = 3 * Math.max(1, lasts / lastedBefore);
  return [...byRole].flatMap(([role, own]) => {
    const odd = [...Map.groupBy(own, ({ time = 0 }) => hourOfDay(time))].filter(
      ([hour, found]) => !usual.get(role)?.has(hour) && poissonTail(found.length, room) < CHANCE / tests,
    );
    if (odd.length === 0) return [];
    const found = finding(
      'hour',
      role,
      odd.flatMap(([, calls]) => calls),
      '',
    );
    return [
      {
        ...found,
        what: `${shortCaller(role)} called at ${hoursText(odd.map(([hour]) => hour))}, and at no other time compared: ${span(found)}.`,
      },
    ];
  });
}

/**
 * Hours of the day, in UTC, in which nobody called before, nor in the two hours on either side, where a busy time may
 * begin a little earlier or end a little later.
 */
export function emptyHours({ calls, before, lastedBefore }: Compared): Finding[] {
  if (lastedBefore < 24 * HOUR || before.length === 0) return [];
  const usual = new Set(before.flatMap(({ time }) => (time === undefined ? [] : [hourOfDay(time)])));
  const isEmpty = (hour: number) =>
    [hour + 22, hour + 23, hour, hour + 1, hour + 2].every((near) => !usual.has(near % 24));
  const odd = calls.filter(({ time }) => time !== undefined && isEmpty(hourOfDay(time)));
  if (odd.length === 0) return [];
  const hours = new Set(odd.map(({ time = 0 }) => hourOfDay(time)));
  const text = hoursText([...hours]);
  const found = finding('hour', text, odd, '');
  const callers = [...new Set(odd.map(({ role }) => shortCaller(role)))].slice(0, 5).join(', ');
  return [{ ...found, what: `Nobody called at ${text} before: ${span(found)} by ${callers}.` }];
}

const REFUSALS: readonly Ending[] = ['refused by IAM', 'throttled', 'refused by the server'];

/**
 * Callers who were refused more often than refusals of anybody in the other time, or their own, make likely: the upper
 * tail of a Poisson distribution, below one chance in a hundred for all callers together.
 */
export function refusals({ calls, before }: Compared): Finding[] {
  const byRole = Map.groupBy(calls, ({ role }) => role);
  const beforeByRole = Map.groupBy(before, ({ role }) => role);
  const tests = byRole.size * REFUSALS.length;
  return REFUSALS.flatMap((ending) => {
    const refusedOf = (all: readonly AuditCall[]) => all.filter((call) => endingOf(call) === ending);
    const everybody = (refusedOf(before).length + 1) / (before.length + 1);
    return [...byRole].flatMap(([role, all]) => {
      const own = refusedOf(all);
      if (own.length === 0) return [];
      const earlier = beforeByRole.get(role) ?? [];
      const itself = refusedOf(earlier).length / Math.max(1, earlier.length);
      const expected = all.length * Math.max(everybody, itself);
      if (poissonTail(own.length, expected) >= CHANCE / tests) return [];
      const found = finding('refusals', role, own, '');
      const what = `${shortCaller(role)}: ${own.length} of ${all.length} calls ${ending}; ${expected.toFixed(1)} were to be expected: ${span(found)}.`;
      return [{ ...found, what }];
    });
  });
}

function byHour(calls: readonly AuditCall[]): Map<string, Map<number, AuditCall[]>> {
  const cells = new Map<string, Map<number, AuditCall[]>>();
  for (const call of calls) {
    if (call.time === undefined) continue;
    const hours = cells.get(call.role) ?? new Map<number, AuditCall[]>();
    cells.set(call.role, hours);
    const hour = Math.floor(call.time / HOUR);
    const own = hours.get(hour);
    if (own) own.push(call);
    else hours.set(hour, [call]);
  }
  return cells;
}

function hourOfDay(time: number): number {
  return Math.floor(time / HOUR) % 24;
}

function hoursText(hours: readonly number[]): string {
  return hours
    .toSorted((a, b) => a - b)
    .map((hour) => `${String(hour).padStart(2, '0')}:00`)
    .join(', ');
}
