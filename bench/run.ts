/**
 * `npm run bench [-- SECTION…]`: measures lambda-mcp beside what its user would pick instead, each section in a process of
 * its own. Prints the tables, keeps the figures in `results.json` and writes `docs/performance.md` from them.
 *
 * `--quick` takes few samples, to see that everything runs, and keeps nothing. `--check` measures nothing, and fails unless
 * `docs/performance.md` is what `results.json` says.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { install } from './install.ts';
import { toMarkdown } from './markdown.ts';
import { isPerformancePageCurrent, keepResult, writePerformancePage } from './performance-page.ts';
import type { Section } from './section.ts';
import { SECTIONS } from './sections.ts';

const { quick, check, sections } = readArguments();
if (check) {
  if (!isPerformancePageCurrent())
    fail('docs/performance.md is not what bench/results.json says: run npm run bench.', 1);
} else {
  install();
  for (const name of sections) {
    process.stderr.write(`measuring ${name}\n`);
    const section = measureInProcess(name);
    if (!quick) keepResult(name, section);
    console.log(`\n${toMarkdown(section)}`);
  }
  if (!quick) writePerformancePage();
}

function readArguments() {
  const options = { quick: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const asked = new Set(positionals.flatMap(sectionsCalled));
    return { ...values, sections: asked.size > 0 ? SECTIONS.filter((name) => asked.has(name)) : SECTIONS };
  } catch (error) {
    return fail((error as Error).message, 2);
  }
}

/** By a section's name, the name of its folder, or the last part of its name. */
function sectionsCalled(word: string): string[] {
  const called = SECTIONS.filter((name) => name === word || name.split('/').includes(word));
  if (called.length === 0) throw new Error(`No section is called ${word}. There are: ${SECTIONS.join(', ')}.`);
  return called;
}

function measureInProcess(name: string): Section {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-bench-'));
  const output = join(folder, 'section.json');
  const { status, signal } = spawnSync(
    process.execPath,
    ['--expose-gc', fileURLToPath(new URL('run-section.ts', import.meta.url)), name, output],
    {
      // What a server logs is no figure of ours.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...(quick && { LAMBDA_MCP_BENCH_QUICK: '1' }) },
    },
  );
  const section = status === 0 ? readFileSync(output, 'utf8') : undefined;
  rmSync(folder, { recursive: true, force: true });
  if (section !== undefined) return JSON.parse(section);
  return fail(`${name} ended with ${signal ?? `exit code ${status}`}.`, signal === 'SIGINT' ? 130 : 1);
}

function fail(message: string, exitCode: number): never {
  console.error(`bench: ${message}`);
  process.exit(exitCode);
}
