import { type AuditCall, isWhole, UNPROVEN } from '../audit-call.ts';
import { isoTime } from '../csv.ts';
import { shortCaller } from '../fold-caller.ts';
import { bursts, type Compared, emptyHours, oddHours, refusals } from './counts.ts';
import { type Finding, finding, listed, span } from './finding.ts';
import { firstSeen } from './first-seen.ts';

/** What is unusual, and against what it was compared. */
export interface Unusual {
  readonly findings: readonly Finding[];
  /** In a sentence. */
  readonly comparedWith: string;
}

export interface Baseline {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly calls: readonly AuditCall[];
}

/**
 * What is unusual in calls: conflicts and calls that one side only knows, what was never seen before, and counts that
 * the time before makes unlikely.
 *
 * @param baseline the time before; without it the first half of the time that the calls span, and then what counts is
 *   compared the other way round too, so that a burst in that half does not hide there
 */
export function findUnusual(
  calls: readonly AuditCall[],
  range: { readonly since: number; readonly until: number },
  baseline?: Baseline,
): Unusual {
  const sided = [...oneSided(calls)];
  const proven = calls.filter(({ role, time }) => role !== UNPROVEN && time !== undefined);
  const times = proven.map(({ time = 0 }) => time);
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined) {
    return { findings: sided, comparedWith: 'There was nothing to compare with.' };
  }
  const since = baseline ? range.since : first + (last - first) / 2;
  const before = baseline
    ? baseline.calls.filter(({ role, time }) => role !== UNPROVEN && time !== undefined)
    : proven.filter(({ time = 0 }) => time < since);
  const now = baseline ? proven : proven.filter(({ time = 0 }) => time >= since);
  const from = baseline ? baseline.since : first;
  const compared: Compared = {
    ...{ calls: now, before },
    lasts: (baseline ? range.until : last) - since,
    lastedBefore: since - from,
  };
  const said = `${isoTime(from).slice(0, 16)}Z to ${isoTime(since).slice(0, 16)}Z`;
  if (before.length === 0) {
    return { findings: sided, comparedWith: `Nobody called from ${said}: there was nothing to compare with.` };
  }
  const counted = [compared];
  if (!baseline) {
    counted.push({ calls: before, before: now, lasts: compared.lastedBefore, lastedBefore: compared.lasts });
  }
  const findings = [
    ...sided,
    ...firstSeen(now, before),
    ...emptyHours(compared),
    ...[refusals, bursts, oddHours].flatMap((find) => counted.flatMap(find)),
  ];
  const comparedWith = baseline
    ? `Compared with the time before: ${said}, ${before.length} calls.`
    : `Compared with the first half of what was read, for want of --baseline: ${said}, ${before.length} calls. ` +
      'What came for the first time within that half does not show.';
  return { findings, comparedWith };
}

function* oneSided(calls: readonly AuditCall[]): Generator<Finding> {
  const conflicts = calls.filter(({ evidence }) => evidence === 'conflict');
  for (const [note, own] of Map.groupBy(conflicts, ({ note }) => note?.split(': not believed')[1] ?? 'several lines')) {
    const found = finding('conflict', note, own, '');
    const why = note === 'several lines' ? 'several lines for one request' : note.replace(/^, since /, '');
    yield {
      ...found,
      what: `The log contradicts itself or AWS’s record, and is not believed (${why}): ${span(found)}.`,
    };
  }
  const disagreeing = calls.filter((call) => isWhole(call) && call.note !== undefined);
  for (const [note, own] of Map.groupBy(disagreeing, ({ note = '' }) => note)) {
    const found = finding('conflict', own[0]?.role ?? '', own, '');
    yield {
      ...found,
      what: `${listed([...new Set(own.map(({ role }) => shortCaller(role)))])}: ${note}: ${span(found)}.`,
    };
  }
  const unrecorded = calls.filter(({ evidence }) => evidence === 'log only');
  if (unrecorded.length > 0) {
    const found = finding('no record', '', unrecorded, '');
    yield { ...found, what: `Calls that the function logged and AWS has no record of: ${span(found)}.` };
  }
  const silent = calls.filter(
    ({ evidence, outcome }) => /^(?:trail|access log) only$/.test(evidence) && outcome === 'unknown',
  );
  if (silent.length > 0) {
    const found = finding('no line', '', silent, '');
    yield { ...found, what: `Calls that AWS recorded and the function logged nothing of: ${span(found)}.` };
  }
}
