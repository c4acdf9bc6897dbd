import { expect, it } from 'vitest';
import { AXES } from './axes.ts';
import { pairwise } from './cells.ts';
import { describeProblem, runTable } from './run-table.ts';
import { seeded } from './seeded.ts';
import { runServerTable } from './server/run-server-table.ts';

const SUCCESSES = { ...AXES, status: [200] } as const;

it('a client sees what it sees with the stock fetch, whatever the way of answering', async () => {
  const cells = [...pairwise(AXES, seeded(1)), ...pairwise(SUCCESSES, seeded(2))];
  expect((await runTable(cells)).map(describeProblem)).toEqual([]);
}, 120_000);

it('what leaves a function is what its server said, whatever the way of answering', async () => {
  const cells = pairwise({ ...AXES, status: [200, 202, 404, 500] }, seeded(3));
  expect((await runServerTable(cells)).map(describeProblem)).toEqual([]);
}, 120_000);
