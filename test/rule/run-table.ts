import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { Cell } from './answers.ts';
import { judge } from './judge.ts';
import { observe } from './observe.ts';

/** How many clients at once, which mostly wait, and how long each is patient; milliseconds. */
const FIRST = { atOnce: 24, patience: 700 };
/** A cell that looks broken may only have met a busy machine: it is tried again. */
const AGAIN = { atOnce: 4, patience: 5000 };

const ours = sigv4Fetch({
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  region: 'us-east-1',
  retry: { baseDelay: 1 },
});

/** Compares what a client sees with a plain `fetch` and with ours. @returns what is wrong, with its cell */
export async function runTable(cells: readonly Cell[]): Promise<string[]> {
  const doubtful = await findBroken(cells, FIRST);
  const broken = await findBroken([...doubtful.keys()], AGAIN);
  return [...broken].map(([cell, problem]) => `${problem}\n  ${JSON.stringify(cell)}`);
}

async function findBroken(cells: readonly Cell[], { atOnce, patience }: typeof FIRST): Promise<Map<Cell, string>> {
  const broken = new Map<Cell, string>();
  const left = cells.values();
  async function work(): Promise<void> {
    for (const cell of left) {
      const [plain, seen] = await Promise.all([observe(cell, fetch, patience), observe(cell, ours, patience)]);
      const problem = judge(cell, plain, seen);
      if (problem) broken.set(cell, problem);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return broken;
}
