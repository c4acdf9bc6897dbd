import { parseArgs } from 'node:util';
import { formatTable } from '../support/table.ts';
import { keepCase, keptCases } from './fuzz/kept-cases.ts';
import { RULE_TABLES, runRuleTable } from './fuzz/rule-table.ts';
import { runTarget } from './fuzz/run-target.ts';
import { TARGETS } from './fuzz/targets.ts';

/**
 * Feeds arbitrary input to everything that takes some. A case that breaks a rule is shrunk, kept in `fuzz/cases.json`
 * and replayed first from then on.
 */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const runs = Number(values.runs);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const only = values.only?.split(',');
const chosen = TARGETS.filter(({ name }) => !only || only.includes(name));
const tables = RULE_TABLES.filter(({ name }) => !only || only.includes(name));
if (!Number.isInteger(runs) || runs < 0 || !Number.isInteger(seed) || chosen.length + tables.length === 0) {
  const names = [...TARGETS, ...RULE_TABLES].map(({ name }) => name);
  console.error(`Usage: npm run fuzz -- [--runs N] [--seed N] [--only ${names.join(',')}]`);
  process.exit(2);
}

let unhandled = 0;
process.on('unhandledRejection', (error) => {
  unhandled += 1;
  console.error('unhandled rejection:', error);
});

console.log(`${runs} runs of each, seed ${seed}\n`);
const rows: string[][] = [];
let broken = 0;
for (const target of chosen) {
  const outcome = await runTarget(target, keptCases(target.name), { runs, seed });
  rows.push([target.title, String(outcome.runs), outcome.broken ? 'BROKEN' : 'holds', seconds(outcome.duration)]);
  if (!outcome.broken) continue;
  broken += 1;
  keepCase(target.name, outcome.broken.given);
  console.error(
    `${target.name}: ${shortened(String(outcome.broken.error))}\n${shortened(JSON.stringify(outcome.broken.given))}\n`,
  );
}
for (const table of tables) {
  const { cells, problems, duration } = await runRuleTable(table, { runs, seed });
  if (problems.length > 0) console.error(`${table.name}: ${problems.slice(0, 5).join('\n')}\n`);
  broken += problems.length;
  rows.push([table.title, String(cells), problems.length > 0 ? 'BROKEN' : 'holds', seconds(duration)]);
}
console.log(formatTable(['what is arbitrary', 'runs', 'rules', 'seconds'], rows));
if (unhandled > 0) console.error(`\n${unhandled} unhandled rejections`);
process.exit(broken + unhandled > 0 ? 1 : 0);

/** Cases may be very deep, or very long. */
function shortened(text: string): string {
  return text.length < 2000 ? text : `${text.slice(0, 1000)} … ${text.slice(-1000)}`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
