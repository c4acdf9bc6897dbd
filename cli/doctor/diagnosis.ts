import type { Finding } from './finding.ts';
import type { Latency } from './server-checks.ts';

export interface Diagnosis {
  /** One for each step, in order; of a quick one, for each that was taken. */
  readonly findings: readonly Finding[];
  readonly latency: Partial<Latency> | undefined;
}
