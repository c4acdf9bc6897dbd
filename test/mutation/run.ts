/**
 * Mutation testing of `wire/`, `transport/` and `server/`: changes one thing at a time and sees whether a test notices.
 *
 *     npm run mutation [-- FILE|FOLDER… | --sample N --seed S | --tests FILE|FOLDER | --benches N | --write]
 *
 * Exits 1 when fewer than 90 % of the mutants are killed.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setUpBenches } from './bench.ts';
import { cover } from './coverage.ts';
import { isEquivalent, outdated } from './equivalents.ts';
import { findMutants } from './mutants.ts';
import { percent, score, survivors, table, writeToReadme } from './report.ts';
import { sample } from './sample.ts';
import { root } from './tree.ts';
import { tryMutants } from './try-mutants.ts';

const REQUIRED = 0.9;
const SOURCES = '{wire,transport,server}/**/*.ts';
/** Tests of other rooms, and the long ones, stand on these three without testing them closely, and take many times as long. */
const TESTS = 'test/{wire,transport,server,rule}/**/*.test.ts';

/** What is tested through processes alone, which run what is built: no change here reaches them, unless asked for by name. */
const THROUGH_PROCESSES =
  /^(?:server\/(?:stdio|http)\/|transport\/(?:network|runtime)\/|transport\/signing\/(?:credential-|profile|explain-provider|redact|system-errors)|wire\/aws\/(?:principal-problem|prices)\.ts)/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    tests: { type: 'string', default: '' },
    benches: { type: 'string', default: '2' },
  },
});
const begun = performance.now();
const minutes = () => Math.ceil((performance.now() - begun) / 60_000);

const named = (file: string) =>
  positionals.length === 0 ? !THROUGH_PROCESSES.test(file) : positionals.some((part) => file.startsWith(part));
const files = globSync(SOURCES, { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter(named)
  .sort();
const tests = globSync(TESTS, { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.startsWith(values.tests) && !file.endsWith('.long.test.ts'));
const all = files.flatMap((file) => findMutants(file, readFileSync(join(root, file), 'utf8')));
const mutants = all.filter((mutant) => !isEquivalent(mutant));
const chosen = values.sample ? sample(mutants, Number(values.sample), Number(values.seed)) : mutants;
console.log(`${chosen.length} of ${all.length} mutants in ${files.length} files, seed ${values.seed}`);

const benches = setUpBenches(Number(values.benches));
const coverage = await cover(benches, files, tests);
console.log(`which tests reach what: ${Math.round((performance.now() - begun) / 1000)} s`);

let tried = 0;
const verdicts = await tryMutants(benches, chosen, coverage, (verdict) => {
  tried += 1;
  if (process.stdout.isTTY) process.stdout.write(`\r${tried} of ${chosen.length}`);
  if (verdict.fate === 'survived' || verdict.fate === 'not reached') console.log(`\r${survivors([verdict])}`);
});

console.log(`\n${table(verdicts)}`);
const old = positionals.length === 0 ? outdated(all) : [];
for (const { file, original } of old)
  console.log(`equivalents.json names a mutant that is no more: ${file}: ${original}`);
if (values.write) writeToReadme(verdicts, all.length - mutants.length, minutes());
console.log(`${percent(score(verdicts))} killed in ${minutes()} minutes; ${percent(REQUIRED)} are required`);
process.exit(score(verdicts) < REQUIRED || old.length > 0 ? 1 : 0);
