import entries from './expected-failures.json' with { type: 'json' };
import type { Leg, Sdk, Side, Way } from './legs.ts';

/** A scenario that what is stateless cannot pass, in the legs that it names. */
export interface ExpectedFailure {
  readonly side: Side;
  /** @default all */
  readonly sdk?: Sdk;
  /** @default both, and not `Node` */
  readonly way?: Way;
  readonly revision: string;
  readonly scenario: string;
  readonly reason: string;
}

export const expectedFailures = entries as readonly ExpectedFailure[];

/** The entry that a leg's scenario has; with sessions only those that name them. */
export function expectedFailure({ side, sdk, way, revision }: Leg, scenario: string): ExpectedFailure | undefined {
  return expectedFailures.find(
    (entry) =>
      entry.side === side &&
      entry.revision === revision &&
      entry.scenario === scenario &&
      (entry.sdk ?? sdk) === sdk &&
      // What a stateless server lacks, one with sessions has.
      (entry.way === way || (entry.way === undefined && way !== 'Node')),
  );
}
