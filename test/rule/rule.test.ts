import { expect, it } from 'vitest';
import { AXES } from './axes.ts';
import { pairwise } from './cells.ts';
import { describeProblem, runTable } from './run-table.ts';
import { seeded } from './seeded.ts';

it('a client sees what it sees with the stock fetch, whatever the way of answering', async () => {
  const cells = pairwise(AXES, seeded(20261125));
  expect(cells.length).toBeGreaterThan(300);
  expect((await runTable(cells)).map(describeProblem)).toEqual([]);
});
