import type { AuditCall } from '../audit-call.ts';
import { shortCaller } from '../fold-caller.ts';
import { type Finding, type FindingKind, finding, listed, span } from './finding.ts';
import { poissonTail } from './poisson.ts';

/** Chance at which something new would be taken for unusual in a quiet time. */
const CHANCE = 0.01;

/** What was not seen before, by name; empty where new ones are as usual here as they were before. */
function newOnes(
  calls: readonly AuditCall[],
  before: readonly AuditCall[],
  keyOf: (call: AuditCall) => string | undefined,
): Map<string, AuditCall[]> {
  const known = new Map<string, number>();
  let total = 0;
  for (const call of before) {
    const key = keyOf(call);
    if (key === undefined) continue;
    known.set(key, (known.get(key) ?? 0) + 1);
    total += 1;
  }
  const found = new Map<string, AuditCall[]>();
  let looked = 0;
  for (const call of calls) {
    const key = keyOf(call);
    if (key === undefined) continue;
    looked += 1;
    if (known.has(key)) continue;
    const own = found.get(key);
    if (own) own.push(call);
    else found.set(key, [call]);
  }
  if (total === 0 || found.size === 0) return new Map();
  // Good and Turing: as likely as the next call shows something new, as many of those before were the only one of theirs.
  // A single one of them is no habit.
  const once = [...known.values()].filter((count) => count === 1).length;
  const expected = (looked * Math.max(0, once - 1)) / total;
  return poissonTail(found.size, expected) < CHANCE ? found : new Map();
}

/**
 * Callers, accounts, addresses, tools and pairs of caller and tool that nobody saw in the time before. Where new ones
 * come all the time they are not unusual: as many are expected as the share of calls before that were the only one of
 * their kind (Good and Turing; one alone does not count), and more than that are a finding only if that had less than
 * one chance in a hundred.
 */
export function firstSeen(calls: readonly AuditCall[], before: readonly AuditCall[]): Finding[] {
  const findings: Finding[] = [];
  const add = (kind: FindingKind, subject: string, own: readonly AuditCall[], what: (span: string) => string) => {
    const found = finding(kind, subject, own, '');
    findings.push({ ...found, what: what(span(found)) });
  };
  const callers = newOnes(calls, before, ({ role }) => role);
  for (const [role, own] of callers) {
    const tools = [...new Set(own.flatMap(({ tool }) => tool ?? []))];
    const used = tools.length > 0 ? ` of ${listed(tools)}` : '';
    const from = [...new Set(own.flatMap(({ sourceIp }) => sourceIp ?? []))];
    add(
      'first caller',
      role,
      own,
      (said) => `${shortCaller(role)} called for the first time: ${said}${used}, from ${listed(from)}.`,
    );
  }
  for (const [account, own] of newOnes(calls, before, ({ accountId }) => accountId)) {
    add('first account', account, own, (said) => `Account ${account} called for the first time: ${said}.`);
  }
  for (const [address, own] of newOnes(calls, before, ({ sourceIp }) => sourceIp)) {
    const roles = [...new Set(own.map(({ role }) => role))];
    if (roles.every((role) => callers.has(role))) continue;
    add(
      'first address',
      address,
      own,
      (said) => `${address} is a new address: ${said} by ${listed(roles.map(shortCaller))}.`,
    );
  }
  const tools = newOnes(calls, before, ({ tool }) => tool);
  const usedBefore = new Set(before.flatMap(({ tool }) => tool ?? []));
  for (const [tool, own] of tools) {
    const roles = [...new Set(own.map(({ role }) => role))];
    const who = listed(roles.map(shortCaller));
    if (roles.length > 1)
      add('first tool', tool, own, (said) => `${tool} was called for the first time: ${said} by ${who}.`);
    else
      add('one caller alone', tool, own, (said) => `${tool} was called for the first time, by ${who} alone: ${said}.`);
  }
  // Of the pairs, those of which neither half is a finding above.
  const pairs = newOnes(calls, before, ({ role, tool }) => (tool === undefined ? undefined : `${role}\n${tool}`));
  const byRole = Map.groupBy([...pairs.values()].flat(), ({ role }) => role);
  for (const [role, own] of byRole) {
    const others = own.filter(({ tool = '' }) => usedBefore.has(tool));
    if (callers.has(role) || others.length === 0) continue;
    const names = [...new Set(others.flatMap(({ tool }) => tool ?? []))];
    add('first pair', role, others, (said) => `${shortCaller(role)} never called ${listed(names)} before: ${said}.`);
  }
  return findings;
}
