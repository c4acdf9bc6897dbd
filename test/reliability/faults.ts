import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalLambda } from 'lambda-mcp/local';
import { allOfLambda } from '../support/lambda.ts';
import { LINES, WAYS } from './clients.ts';
import { FAULTS } from './faults/faults.ts';
import { breach } from './faults/judge.ts';
import { printErrors, printResults } from './faults/print-results.ts';
import type { Cell, Method } from './faults/run-cell.ts';
import { runCells } from './faults/run-cells.ts';

/**
 * Everything that can go wrong between an agent and its function, with each transport, SDK line and kind of call.
 *
 * The rule: a tool that counts runs at most once; the caller always gets a result, or an error that says what went
 * wrong; what only reads recovers; nobody waits for an SDK's 60-second time-out. Exits 1 when a cell breaks it.
 */
const METHODS: readonly Method[] = ['tools/call', 'tools/list'];
const only = process.argv[2];
const faults = FAULTS.filter(({ name }) => only === undefined || name.includes(only));
const cells: readonly Cell[] = faults
  .flatMap((fault) =>
    METHODS.flatMap((method) => WAYS.flatMap((way) => LINES.map((line) => ({ fault, way, line, method })))),
  )
  .map((cell, id) => ({ ...cell, id }));

const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const lambda = await startLocalLambda({
  entry: fileURLToPath(new URL('./functions/faulty.ts', import.meta.url)),
  timeout: 2000,
  concurrency: 30,
  principals: [
    { name: 'caller', policies: [allOfLambda] },
    { name: 'expired', policies: [allOfLambda], expiration: new Date(0) },
  ],
  report() {},
});
const [caller, expired] = lambda.principals;
if (!caller || !expired) throw new Error('The local Lambda has no principals.');
const { functionUrl, lambdaEndpoint, functionArn, region } = lambda;
const results = await runCells(cells, { functionUrl, lambdaEndpoint, functionArn, region, caller, expired, folder });
await lambda.close();
rmSync(folder, { recursive: true, force: true });

printResults(faults, results);
printErrors(faults, results);
const breaches = cells.flatMap((cell) => {
  const result = results.get(cell);
  const what = result ? breach(cell, result) : 'it did not run';
  return what === undefined
    ? []
    : [`${cell.fault.name}, ${cell.fault.times}, ${cell.method}, ${cell.way}, ${cell.line}: ${what}`];
});
console.log(`\n${cells.length} cells, ${breaches.length} break the rule`);
for (const line of breaches) console.log(`- ${line}`);
process.exit(breaches.length > 0 ? 1 : 0);
