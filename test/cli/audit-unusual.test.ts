import { describe, expect, it } from 'vitest';
import type { AuditCall } from '../../cli/audit/audit-call.ts';
import { poissonTail } from '../../cli/audit/unusual/poisson.ts';
import { findUnusual } from '../../cli/audit/unusual/unusual.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 16);
const WEEK = { since: START, until: START + 7 * DAY };
const ACCOUNT = '111122223333';

/** Marsaglia's xorshift: the same numbers for a seed each time. */
function randomOf(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

function call(time: number, changed: Partial<AuditCall> = {}): AuditCall {
  const role = changed.role ?? `arn:aws:iam::${ACCOUNT}:role/agent`;
  return {
    ...{ time, requestId: `${time}`, caller: role, role, session: undefined, accountId: ACCOUNT, endUser: undefined },
    ...{ evidence: 'trail and log', via: 'url', method: 'tools/call', tool: 'search', outcome: 'ok', error: undefined },
    ...{ status: 200, duration: 20, billed: undefined, memory: undefined, bytesIn: 1, bytesOut: 1, traceId: undefined },
    ...{ sourceIp: '10.0.0.1', userAgent: 'node', claim: undefined, note: undefined },
    ...{ callerSource: 'trail', outcomeSource: 'line' },
    ...changed,
  } as AuditCall;
}

/** A week in which nothing happens: callers of unlike size, each with tools and addresses of its own, by day. */
function quietWeek(seed: number, perDay: number, width = 8): AuditCall[] {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const tools = Array.from({ length: 40 }, (_, at) => `tool_${at}`);
  const callers = Array.from({ length: 20 }, (_, at) => ({
    role: `arn:aws:iam::${ACCOUNT}:role/caller-${at}`,
    weight: 1 / (at + 1),
    tools: Array.from({ length: 3 + Math.floor(random() * 8) }, () => pick(tools)),
    addresses: [1, 2, 3].map((last) => `10.0.${at}.${last}`),
  }));
  const total = callers.reduce((sum, { weight }) => sum + weight, 0);
  const calls: AuditCall[] = [];
  for (let day = 0; day < 7; day += 1) {
    for (let each = 0; each < perDay; each += 1) {
      let at = random() * total;
      const caller = callers.find(({ weight }) => {
        at -= weight;
        return at < 0;
      });
      if (!caller) continue;
      const hour = 13 + (random() + random() + random() - 1.5) * width;
      const luck = random();
      const outcome = luck < 0.03 ? 'tool_error' : luck < 0.035 ? 'timeout' : luck < 0.037 ? 'refused' : 'ok';
      const evidence = outcome === 'refused' ? 'refused by AWS' : 'trail and log';
      const tool = outcome === 'refused' ? undefined : pick(caller.tools);
      calls.push(
        call(START + day * DAY + hour * HOUR, { ...caller, sourceIp: pick(caller.addresses), tool, outcome, evidence }),
      );
    }
  }
  return calls.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
}

const with_ = (calls: readonly AuditCall[], ...planted: AuditCall[]) =>
  [...calls, ...planted].sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
const seeds = Array.from({ length: 20 }, (_, at) => at + 1);

describe.each([60, 300, 900])('twenty quiet weeks of %i calls a day', (perDay) => {
  it.each(seeds)('tell of one thing at most: %i', (seed) => {
    const { findings } = findUnusual(quietWeek(seed, perDay), WEEK);
    expect(findings.map(({ kind, what }) => `${kind}: ${what}`).slice(1)).toEqual([]);
  });
});

describe('in a week, each of these is found', () => {
  const late = START + 5 * DAY + 12 * HOUR;
  const known = `arn:aws:iam::${ACCOUNT}:role/caller-3`;
  const many = (count: number, changed: Partial<AuditCall>, from = late, step = 5000) =>
    Array.from({ length: count }, (_, at) => call(from + at * step, changed));
  const stranger = `arn:aws:iam::${ACCOUNT}:role/break-glass`;
  it.each<[string, string, string, AuditCall[]]>([
    ['one call of a caller never seen', 'first caller', stranger, [call(late, { role: stranger, tool: 'tool_1' })]],
    ['another account', 'first account', '999988887777', [call(late, { role: 'x', accountId: '999988887777' })]],
    [
      'a known caller from elsewhere',
      'first address',
      '203.0.113.77',
      [call(late, { role: known, sourceIp: '203.0.113.77' })],
    ],
    ['a tool never called', 'one caller alone', 'rotate_keys', [call(late, { role: known, tool: 'rotate_keys' })]],
    [
      ...(['a tool never called, by two', 'first tool', 'rotate_keys'] as const),
      [call(late, { role: known, tool: 'rotate_keys' }), call(late + 1, { role: stranger, tool: 'rotate_keys' })],
    ],
    ['a burst', 'burst', known, many(300, { role: known, tool: 'tool_1' })],
    ['a burst in the first half', 'burst', known, many(300, { role: known, tool: 'tool_1' }, START + 12 * HOUR)],
    ['an hour at which nobody calls', 'hour', '01:00', many(3, { role: known }, START + 5 * DAY + 1.2 * HOUR)],
    ['an hour at which this caller does not', 'hour', known, many(25, { role: known }, START + 5 * DAY + 3 * HOUR)],
    [
      ...(['a scan', 'refusals', 'x'] as const),
      many(60, {
        role: 'x',
        accountId: '999988887777',
        outcome: 'refused',
        evidence: 'refused by AWS',
        tool: undefined,
      }),
    ],
    ['throttling', 'refusals', known, many(25, { role: known, outcome: 'throttled', evidence: 'refused by AWS' })],
    [
      'calls without a record',
      'no record',
      '',
      many(2, { role: 'unproven', caller: 'unproven', evidence: 'log only' }),
    ],
    ['calls without a line', 'no line', '', many(2, { role: known, evidence: 'trail only', outcome: 'unknown' })],
    [
      'contradictions',
      'conflict',
      'several lines',
      many(1, { role: known, evidence: 'conflict', outcome: 'unknown', note: 'x' }),
    ],
  ])('%s', (_, kind, subject, planted) => {
    const { findings } = findUnusual(with_(quietWeek(7, 900, 6), ...planted), WEEK);
    const found = findings.filter((each) => each.kind === kind && each.subject === subject);
    expect(found, JSON.stringify(findings)).toHaveLength(1);
    expect(found[0]?.what).toMatch(/\d/);
  });

  it('a pair never seen, of a caller and a tool that are', () => {
    const week = quietWeek(7, 900);
    const own = new Set(week.filter(({ role }) => role === known).map(({ tool }) => tool));
    const tool = week.map((each) => each.tool).find((each) => each !== undefined && !own.has(each));
    const { findings } = findUnusual(with_(week, call(late, { role: known, tool, sourceIp: '10.0.3.1' })), WEEK);
    expect(findings.map(({ kind, subject, tools }) => [kind, subject, tools])).toContainEqual([
      'first pair',
      known,
      [tool],
    ]);
  });
});

describe('what it is compared with', () => {
  it('is the time before, where that is given', () => {
    const before = quietWeek(1, 300);
    const shifted = quietWeek(1, 300).map((each) => ({ ...each, time: (each.time ?? 0) + 7 * DAY }));
    const range = { since: WEEK.until, until: WEEK.until + 7 * DAY };
    const planted = call(WEEK.until + HOUR * 12, { role: 'new', sourceIp: '10.0.3.1', tool: 'tool_1' });
    const found = findUnusual(with_(shifted, planted), range, { since: START, calls: before });
    expect(found.findings.map(({ kind }) => kind)).toEqual(['first caller']);
    expect(found.comparedWith).toContain('the time before: 2026-11-16T00:00Z to 2026-11-23T00:00Z');
  });

  it('may be nothing, which is said', () => {
    expect(findUnusual([], WEEK).comparedWith).toContain('nothing to compare with');
    const { findings, comparedWith } = findUnusual([call(START + DAY)], WEEK, { since: START - DAY, calls: [] });
    expect(findings).toEqual([]);
    expect(comparedWith).toContain('Nobody called');
  });
});

it.each([
  [0, 5, 1],
  [1, 1, 1 - Math.exp(-1)],
  [3, 1, 1 - Math.exp(-1) * 2.5],
  [3, 0, 0],
])('the chance of %i or more where %i are expected', (count, expected, chance) => {
  expect(poissonTail(count, expected)).toBeCloseTo(chance, 10);
});
