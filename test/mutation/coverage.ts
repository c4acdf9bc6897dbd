import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { findBlocks } from './blocks.ts';
import { applyEdits } from './text.ts';
import { root } from './tree.ts';

/** Which test files reach a block, and how long each takes. */
export interface Coverage {
  readonly testsOf: (block: string) => readonly string[];
  /** Milliseconds. */
  readonly duration: (test: string) => number;
}

const LIMIT = 180_000;

/**
 * Runs each test file once on sources that note each block they enter, whatever process they run in.
 * @throws Error when a test fails: what fails unchanged proves nothing.
 */
export async function cover(
  benches: readonly Bench[],
  files: readonly string[],
  tests: readonly string[],
): Promise<Coverage> {
  const reached = new Map<string, string[]>();
  const durations = new Map<string, number>();
  const left = [...tests];
  await Promise.all(
    benches.map(async ({ tree, tests: testProcess }) => {
      const notes = join(tree.folder, '.reached');
      let changed: readonly string[] = files.flatMap((file) => tree.write(file, note(file, notes)));
      for (let test = left.shift(); test; test = left.shift()) {
        writeFileSync(notes, '');
        const begun = performance.now();
        let outcome = await testProcess.run({ tests: [test], changed }, LIMIT);
        changed = [];
        // Once may be for want of time on a busy machine.
        if (outcome !== 'hung' && outcome.failed) outcome = await testProcess.run({ tests: [test], changed }, LIMIT);
        if (outcome === 'hung') throw new Error(`${test} does not end.`);
        if (outcome.failed) throw new Error(`A test fails with nothing changed: ${outcome.failed}: ${outcome.name}`);
        durations.set(test, performance.now() - begun);
        for (const block of new Set(readFileSync(notes, 'utf8').split('\n'))) {
          reached.set(block, [...(reached.get(block) ?? []), test]);
        }
      }
      const restored = files.flatMap((file) => tree.restore(file));
      await testProcess.run({ tests: [], changed: restored }, LIMIT);
    }),
  );
  const duration = (test: string) => durations.get(test) ?? 0;
  const testsOf = (block: string) => reached.get(block) ?? [];
  return { testsOf, duration };
}

/** The source of a file that appends each of its blocks to `notes`, once a process. */
function note(file: string, notes: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  const edits = findBlocks(file, text).flatMap(({ insert }, index) => insert(`reached__(${index})`));
  const recorder = [
    'function reached__(index: number) {',
    `const seen: Set<number> = ((globalThis as any)['reached ${file}'] ??= new Set());`,
    'if (seen.has(index)) return; seen.add(index);',
    // A test may run it where there is no Node.
    `try { process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(notes)}, \`${file}:\${index}\\n\`) } catch {} }`,
  ];
  return recorder.join(' ') + applyEdits(text, edits);
}
