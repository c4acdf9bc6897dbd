/**
 * `npm run bench [-- SECTION…]`: measures lambda-mcp beside what its user would pick instead, each section in a process of
 * its own. Prints the tables, keeps the figures in `results.json` and writes `docs/performance.md` from them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.ts';
import { toMarkdown } from './markdown.ts';
import { keepResult, writePerformancePage } from './performance-page.ts';
import type { Section } from './section.ts';
import { SECTIONS } from './sections.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((word) => chosenBy(word).length === 0);
if (unknown.length > 0) {
  console.error(`bench: no section is called ${unknown.join(', ')}. There are: ${SECTIONS.join(', ')}.`);
  process.exit(2);
}
install();
for (const name of asked.length > 0 ? new Set(asked.flatMap(chosenBy)) : SECTIONS) {
  process.stderr.write(`measuring ${name}\n`);
  const section = runSection(name);
  keepResult(name, section);
  console.log(`\n${toMarkdown(section)}`);
}
writePerformancePage();

/** A section by its name, the name of its folder, or the last part of its name. */
function chosenBy(word: string): string[] {
  return SECTIONS.filter((name) => name === word || name.split('/').includes(word));
}

function runSection(name: string): Section {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-bench-'));
  const output = join(folder, 'section.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      ['--expose-gc', fileURLToPath(new URL('run-section.ts', import.meta.url)), name, output],
      // What a server logs is no figure of ours.
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (status !== 0) throw new Error(`The section ${name} ended with exit code ${status}.`);
    return JSON.parse(readFileSync(output, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
