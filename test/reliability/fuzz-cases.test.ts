import { describe, expect, it } from 'vitest';
import { keptCases } from './fuzz/kept-cases.ts';
import { runTarget } from './fuzz/run-target.ts';
import { TARGETS } from './fuzz/targets.ts';

describe('what once broke a rule, and a little more', () => {
  it.each(TARGETS)('$title', async (target) => {
    const { broken } = await runTarget(target, keptCases(target.name), { runs: 100, seed: 20261125 });
    expect(broken).toBeUndefined();
  });
});
