import { type ExpectedFailure, expectedFailure } from './expected-failures.ts';
import type { Leg } from './legs.ts';
import { type Check, fails, type ScenarioList } from './suite.ts';

/** What became of one scenario of a leg. */
export interface Verdict {
  readonly scenario: string;
  /** Whether the protocol revision requires it. */
  readonly required: boolean;
  readonly passed: boolean;
  /** What stateless servers and clients cannot do. */
  readonly expected: ExpectedFailure | undefined;
  /** Why the run is not good; undefined when it is. */
  readonly problem: string | undefined;
  readonly checks: readonly Check[];
}

export interface LegResult {
  readonly leg: Leg;
  readonly verdicts: readonly Verdict[];
}

/** Compares what the suite found with what it should find. Only what is required can be a problem. */
export function judge(leg: Leg, { required, beyond }: ScenarioList, checks: ReadonlyMap<string, Check[]>): Verdict[] {
  return [
    ...required.map((scenario) => {
      const found = checks.get(scenario) ?? [];
      const passed = found.length > 0 && !found.some(fails);
      const expected = expectedFailure(leg, scenario);
      return { scenario, required: true, passed, expected, problem: problemOf(found, passed, expected), checks: found };
    }),
    ...beyond.map((scenario) => {
      const found = checks.get(scenario) ?? [];
      const passed = found.length > 0 && !found.some(fails);
      return { scenario, required: false, passed, expected: undefined, problem: undefined, checks: found };
    }),
  ];
}

function problemOf(
  found: readonly Check[],
  passed: boolean,
  expected: ExpectedFailure | undefined,
): string | undefined {
  if (found.length === 0) return 'the suite did not run it';
  if (passed && expected) return 'it passes, so its entry in expected-failures.json is stale';
  return passed || expected ? undefined : 'it fails';
}
