import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestProcess, type TestProcess } from './test-process.ts';
import { copyTree, type Tree } from './tree.ts';

/** Where one mutant at a time is tried. */
export interface Bench {
  readonly tree: Tree;
  readonly tests: TestProcess;
}

/** Sets up benches, and clears them away when the process ends. */
export function setUpBenches(count: number): readonly Bench[] {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-mutation-'));
  const benches = Array.from({ length: count }, (_, index) => {
    const tree = copyTree(join(folder, String(index)));
    return { tree, tests: startTestProcess(tree.folder) };
  });
  process.once('exit', () => {
    for (const { tests } of benches) tests.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return benches;
}
