import { expect, it } from 'vitest';
import { pairwise } from './cells.ts';
import { runTable } from './run-table.ts';
import { seeded } from './seeded.ts';

it('a client sees what it sees with a plain fetch, whatever the way of answering', async () => {
  const cells = pairwise(seeded(20261125));
  expect((await runTable(cells)).join('\n')).toBe('');
  expect(cells.length).toBeGreaterThan(80);
});
