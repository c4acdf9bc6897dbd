import fc from 'fast-check';
import type { StartedTarget, Target } from './target.ts';

export interface Outcome {
  readonly runs: number;
  /** Milliseconds. */
  readonly duration: number;
  /** The smallest case that was found to break a rule. */
  readonly broken: { readonly given: unknown; readonly error: unknown } | undefined;
}

/** Replays the kept cases, then runs new ones. */
export async function runTarget<Case>(
  target: Target<Case>,
  kept: readonly Case[],
  { runs, seed }: { readonly runs: number; readonly seed: number },
): Promise<Outcome> {
  const started = performance.now();
  const running = await target.start();
  try {
    const replayed = await replay(running, kept);
    const found = replayed ?? (await search(target, running, runs, seed));
    return { runs: kept.length + runs, duration: performance.now() - started, broken: found };
  } finally {
    await running.close();
  }
}

async function replay<Case>(running: StartedTarget<Case>, kept: readonly Case[]): Promise<Outcome['broken']> {
  for (const given of kept) {
    try {
      await running.check(given);
    } catch (error) {
      return { given, error };
    }
  }
  return undefined;
}

async function search<Case>(target: Target<Case>, running: StartedTarget<Case>, numRuns: number, seed: number) {
  const property = fc.asyncProperty(target.cases, (given) => running.check(given));
  const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns, seed });
  return failed ? { given: counterexample?.[0], error: errorInstance } : undefined;
}
