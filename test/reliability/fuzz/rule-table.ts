import { EVERY_BYTE } from '../../rule/axes.ts';
import { countCells, walk } from '../../rule/cells.ts';
import { describeProblem, runTable } from '../../rule/run-table.ts';
import { seeded } from '../../rule/seeded.ts';

export const RULE_TABLE = {
  name: 'rule',
  title: `any of ${countCells(EVERY_BYTE).toLocaleString('en')} ways of answering, beside the stock fetch`,
};

/**
 * Walks the table of `test/rule/` in the seed's order, no cell twice, and every other one a success: what can go wrong goes
 * wrong there.
 */
export async function runRuleTable({ runs, seed }: { readonly runs: number; readonly seed: number }) {
  const started = performance.now();
  const problems = await runTable(cells(runs, seed));
  return { problems: problems.map(describeProblem), duration: performance.now() - started };
}

function* cells(runs: number, seed: number) {
  const random = seeded(seed);
  const all = walk(EVERY_BYTE, random);
  const successes = walk({ ...EVERY_BYTE, status: [200] }, random);
  for (let i = 0; i < runs; i += 1) {
    const { value } = (i % 2 === 0 ? successes : all).next();
    if (value) yield value;
  }
}
