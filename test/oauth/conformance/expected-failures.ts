import entries from './expected-failures.json' with { type: 'json' };

interface ExpectedFailure {
  readonly scenario: string;
  /** `fetch`, `authProvider` or `command` of the legs; or `pool` and `front`. */
  readonly client: string;
  readonly reason: string;
}

const expectedFailures: readonly ExpectedFailure[] = entries;

/** Why a client need not pass a scenario; undefined when it must. */
export function expectedReason(client: string, scenario: string): string | undefined {
  return expectedFailures.find((each) => each.scenario === scenario && each.client === client)?.reason;
}
