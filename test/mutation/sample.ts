import { createHash } from 'node:crypto';
import type { Mutant } from './mutants.ts';

/** Some of the mutants, the same for the same seed: a changed line changes no more of the sample than itself. */
export function sample(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const rank = ({ file, original, mutated }: Mutant) =>
    createHash('sha256')
      .update(JSON.stringify([seed, file, original, mutated]))
      .digest('hex');
  return mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}
