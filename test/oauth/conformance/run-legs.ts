import { type Check, fails, listAllScenarios, runClientCommand } from '../../conformance/suite.ts';
import { expectedReason } from './expected-failures.ts';
import { LEGS, type Leg } from './legs.ts';

/** What became of one scenario. */
export interface Verdict {
  readonly scenario: string;
  /** Whether the protocol revision requires it: extensions are beyond. */
  readonly required: boolean;
  readonly passed: boolean;
  /** Why it may fail. */
  readonly reason: string | undefined;
  /** Why the run is not good. */
  readonly problem: string | undefined;
  readonly checks: readonly Check[];
}

export interface LegResult {
  readonly leg: Leg;
  readonly verdicts: readonly Verdict[];
}

export const SUITE = '0.2.0-alpha.12';

/** Runs each scenario through each client; `lanes` at a time, for the suite mostly waits. */
export async function runLegs(lanes: number, isWanted: (scenario: string) => boolean): Promise<LegResult[]> {
  const results = LEGS.map((leg) => ({ leg, verdicts: [] as Verdict[] }));
  const queue: { leg: Leg; scenario: string; required: boolean; verdicts: Verdict[]; at: number }[] = [];
  const lists = new Map<string, ReturnType<typeof listAllScenarios>>();
  for (const { leg, verdicts } of results) {
    const { revision } = leg;
    const list = lists.get(revision) ?? listAllScenarios({ side: 'client', suite: SUITE, revision });
    lists.set(revision, list);
    const { required, beyond } = await list;
    const isAuth = (name: string) => name.startsWith('auth/') && isWanted(name);
    const names = [
      ...required.filter(isAuth),
      ...beyond.filter((name) => isAuth(name) && leg.extensions.includes(name)),
    ];
    for (const [at, scenario] of names.entries()) {
      queue.push({ leg, scenario, required: required.includes(scenario), verdicts, at });
    }
  }
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { leg, scenario, required, verdicts, at } = next;
      const { command, revision } = leg;
      // Extensions belong to no revision.
      const checks = await runClientCommand({ suite: SUITE, command, scenario, ...(required && { revision }) });
      verdicts[at] = judge(leg.client, scenario, required, checks);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** Compares what the suite found with what it should find. */
export function judge(client: string, scenario: string, required: boolean, checks: readonly Check[]): Verdict {
  const reason = expectedReason(client, scenario);
  const passed = checks.length > 0 && !checks.some(fails);
  const problem =
    passed === (reason === undefined)
      ? undefined
      : passed
        ? 'it passes, so its entry in expected-failures.json is stale'
        : 'it fails';
  return { scenario, required, passed, reason, problem, checks };
}
