import type { Calls, Extent } from './monthly-cost.ts';

/** MB. */
export const MEMORY_SIZES = [128, 256, 512];
/** What `McpFunction` has unless told otherwise; MB. */
export const MEMORY = 512;

/** What README.md and docs/deploy.md reckon with. */
export const DOCUMENTED: Calls = {
  duration: 30,
  memory: MEMORY,
  init: 0,
  coldShare: 0,
  responseBytes: 2000,
  logBytes: 900,
  trailBytes: 1100,
};

/** Their sums; dollars a month. */
export const DOCUMENTED_SUMS: readonly (readonly [count: number, extent: Extent, sum: number])[] = [
  [100e3, 'log', 0.09],
  [15e6, 'log', 12.75],
  [100e3, 'trail', 0.25],
  [15e6, 'trail', 36],
  [100e3, 'everything', 5.95],
  [15e6, 'everything', 57.26],
];

/** Answers that come to 2 TB for 15 million calls, as in AWS's guidance. */
export const LARGE: Calls = { ...DOCUMENTED, responseBytes: 130e3 };

/** What is on, in words. */
export const EXTENTS = { log: 'function and log', trail: 'audit trail too', everything: 'everything on' } as const;

/** Calls of a kind. */
export interface Scenario {
  readonly name: string;
  readonly calls: Calls;
  /** What to show of it. */
  readonly extents: readonly (keyof typeof EXTENTS)[];
}
