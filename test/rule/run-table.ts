import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { Cell } from './answers.ts';
import { judge } from './judge.ts';
import { observe } from './observe.ts';

/** Clients that mostly wait can be many. */
const AT_ONCE = 24;

const ours = sigv4Fetch({
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  region: 'us-east-1',
  retry: { baseDelay: 1 },
});

/** Compares what a client sees with a plain `fetch` and with ours. @returns what is wrong, with its cell */
export async function runTable(cells: readonly Cell[]): Promise<string[]> {
  const broken: string[] = [];
  const left = cells.values();
  async function work(): Promise<void> {
    for (const cell of left) {
      const [plain, seen] = await Promise.all([observe(cell, fetch), observe(cell, ours)]);
      const problem = judge(cell, plain, seen);
      if (problem) broken.push(`${problem}\n  ${JSON.stringify(cell)}`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return broken;
}
