import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingDocstrings } from './missing-docstrings.ts';
import { readSubpaths } from './read-subpaths.ts';
import { writePages } from './write-page.ts';

/**
 * Writes `docs/reference/`; with `--check` says instead which page is not what would be written. Either way it ends with 1
 * where an export or an option has no docstring.
 */
const folder = join(import.meta.dirname, '../../docs/reference');
const subpaths = readSubpaths();
const pages = writePages(subpaths);
const problems = missingDocstrings(subpaths);

if (process.argv.includes('--check')) {
  const stale = [...pages].filter(([name, text]) => {
    const file = join(folder, name);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  const left = existsSync(folder) ? readdirSync(folder).filter((name) => !pages.has(name)) : [];
  for (const name of [...stale.map(([each]) => each), ...left]) {
    problems.push(`docs/reference/${name} is not what the source says: run npm run reference, and commit it.`);
  }
} else {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`docs/reference/ describes ${subpaths.length} subpaths.`);
