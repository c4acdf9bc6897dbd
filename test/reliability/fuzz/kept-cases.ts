import { readFileSync, writeFileSync } from 'node:fs';

/** What once broke a rule, by target. */
type KeptCases = Record<string, unknown[]>;

const FILE = new URL('./cases.json', import.meta.url);

/** The cases of a target that once broke a rule. */
export function keptCases(target: string): unknown[] {
  return readCases()[target] ?? [];
}

/** Keeps a case, unless it is kept already. */
export function keepCase(target: string, given: unknown): void {
  const cases = readCases();
  const kept = cases[target] ?? [];
  if (kept.some((one) => JSON.stringify(one) === JSON.stringify(given))) return;
  writeFileSync(FILE, `${JSON.stringify({ ...cases, [target]: [...kept, given] }, null, 1)}\n`);
}

function readCases(): KeptCases {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}
