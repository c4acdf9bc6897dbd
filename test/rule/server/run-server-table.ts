import { fileURLToPath } from 'node:url';
import { startTestLambda, type TestLambda } from '../../support/lambda.ts';
import type { Cell } from '../axes.ts';
import { answerBytes } from '../bytes.ts';
import { heldMessage } from '../held-message.ts';
import { methodOf } from '../observe.ts';
import type { Problem } from '../run-table.ts';
import { compareServer } from './compare-server.ts';
import { observeServer } from './observe-server.ts';

const AT_ONCE = 4;
const ID = 7;

/** Compares what a `{ fetch }` server says with what leaves the local Lambda's function URL. */
export async function runServerTable(cells: Iterable<Cell>): Promise<Problem[]> {
  const lambda = await startTestLambda('', {
    entry: fileURLToPath(new URL('told.ts', import.meta.url)),
    // Of a connection that is left open this, less the server's margin of 500 ms, is how long it stays so.
    timeout: 1000,
    concurrency: AT_ONCE * 2,
  });
  const problems: Problem[] = [];
  const left = cells[Symbol.iterator]();
  async function work(): Promise<void> {
    for (let next = left.next(); !next.done; next = left.next()) {
      const what = await check(next.value, lambda);
      if (what !== undefined) problems.push({ by: 'server/fetch', what, cell: next.value });
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await lambda.close();
  }
  return problems;
}

async function check(cell: Cell, lambda: TestLambda): Promise<string | undefined> {
  const method = methodOf(cell);
  const params = method === 'tools/call' ? { name: 'echo', arguments: {} } : {};
  const left = await observeServer(cell, lambda, { jsonrpc: '2.0', id: ID, method, params });
  const [said, held] = await Promise.all([answerBytes(cell, method, ID), heldMessage(cell, method, ID)]);
  return compareServer({ cell, said, left, id: ID, held });
}
