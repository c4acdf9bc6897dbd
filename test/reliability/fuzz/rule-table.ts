import { type Cell, EVERY_BYTE } from '../../rule/axes.ts';
import { walk } from '../../rule/cells.ts';
import { describeProblem, type Problem, runTable } from '../../rule/run-table.ts';
import { seeded } from '../../rule/seeded.ts';
import { runServerTable } from '../../rule/server/run-server-table.ts';

/** A table of `test/rule/`: one cell of it is as much work as many cases of the other targets. */
interface RuleTable {
  readonly name: string;
  readonly title: string;
  /** How many of the runs that were asked for are made. */
  readonly share: number;
  run(cells: Iterable<Cell>): Promise<Problem[]>;
}

export const RULE_TABLES: readonly RuleTable[] = [
  { name: 'rule', title: 'any way of answering, beside the stock fetch', share: 1 / 4, run: runTable },
  { name: 'rule-server', title: 'any way of answering, as it leaves a function', share: 1 / 4, run: runServerTable },
];

export async function runRuleTable({ share, run }: RuleTable, { runs, seed }: { runs: number; seed: number }) {
  const started = performance.now();
  const cells = Math.ceil(runs * share);
  const problems = await run(cellsOf(cells, seed));
  return { cells, problems: problems.map(describeProblem), duration: performance.now() - started };
}

/** In the seed's order, none twice, and every other one a 200: most that can go wrong goes wrong there. */
function* cellsOf(count: number, seed: number): Generator<Cell, void> {
  const random = seeded(seed);
  const all = walk(EVERY_BYTE, random);
  const successes = walk({ ...EVERY_BYTE, status: [200] }, random);
  for (let i = 0; i < count; i += 1) {
    const { value } = (i % 2 === 0 ? successes : all).next();
    if (value) yield value;
  }
}
