import type { Spread } from './section.ts';

/** One way of doing a thing, beside others that do the same. */
export interface Contender {
  readonly name: string;
  run(): unknown;
}

export interface MeasureOptions {
  /** Samples of each contender. */
  readonly rounds: number;
  /** Runs that make one sample, their mean: more than one where a run is too short for the clock. */
  readonly runsPerSample: number;
  /** Runs of each contender before the first sample. */
  readonly warmUp: number;
}

/** Times contenders side by side, in microseconds, in this process. */
export async function measure(
  contenders: readonly Contender[],
  { rounds, runsPerSample, warmUp }: MeasureOptions,
): Promise<Map<string, Spread>> {
  for (const { run } of contenders) for (let i = 0; i < warmUp; i += 1) await run();
  const samplers = contenders.map(({ name, run }) => ({ name, sample: () => timeRuns(run, runsPerSample) }));
  return sampleByTurns(samplers, rounds);
}

/** The mean of so many runs; microseconds. */
export async function timeRuns(run: () => unknown, runs: number): Promise<number> {
  const started = process.hrtime.bigint();
  for (let i = 0; i < runs; i += 1) await run();
  return Number(process.hrtime.bigint() - started) / 1000 / runs;
}

/**
 * Each round takes one sample of every contender, in an order that moves on by one with each round, so that whatever
 * else the machine does falls on all alike.
 */
export async function sampleByTurns(
  samplers: readonly { readonly name: string; sample(): Promise<number> }[],
  rounds: number,
): Promise<Map<string, Spread>> {
  const samples = new Map(samplers.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < samplers.length; turn += 1) {
      const { name, sample } = samplers[(round + turn) % samplers.length] as (typeof samplers)[number];
      samples.get(name)?.push(await sample());
    }
  }
  return new Map([...samples].map(([name, taken]) => [name, spread(taken)]));
}

/** Median, and the 10th and 90th percentiles. */
export function spread(samples: readonly number[]): Spread {
  if (samples.length === 0) throw new Error('Nothing was measured.');
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    median: percentile(sorted, 0.5),
    low: percentile(sorted, 0.1),
    high: percentile(sorted, 0.9),
    samples: sorted.length,
  };
}

/** By linear interpolation between the two nearest. */
function percentile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
