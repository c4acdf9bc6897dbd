import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';

/** A mutant that no test can tell from the original, with the reason. */
export interface Equivalent {
  readonly file: string;
  /** The line as it stands, and as it would be: as the report prints them. */
  readonly original: string;
  readonly mutated: string;
  readonly why: string;
}

const equivalents: readonly Equivalent[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'equivalents.json'), 'utf8'),
);

export function isEquivalent(mutant: Mutant): boolean {
  return equivalents.some((equivalent) => isSame(equivalent, mutant));
}

/** Entries for lines that are no more: to be deleted. */
export function outdated(mutants: readonly Mutant[]): readonly Equivalent[] {
  return equivalents.filter((equivalent) => !mutants.some((mutant) => isSame(equivalent, mutant)));
}

function isSame(equivalent: Equivalent, mutant: Mutant): boolean {
  return (
    equivalent.file === mutant.file && equivalent.original === mutant.original && equivalent.mutated === mutant.mutated
  );
}
