/**
 * The official MCP conformance suite, both of its versions, against servers and clients that go through this package.
 *
 *   npm run conformance                                        all of it, one table; when good, writes results.json
 *   npm run conformance -- server/v2/SigV4                     the legs whose name begins so
 *   npm run conformance -- server/v2/SigV4 --scenario ping     one scenario, told in full
 */
import { writeFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { expectedFailures } from './expected-failures.ts';
import { judge, type LegResult, type Verdict } from './judge.ts';
import { LEGS, type Leg, legName } from './legs.ts';
import { toResults } from './results.ts';
import { serve } from './serve.ts';
import {
  type Check,
  fails,
  installSuites,
  listScenarios,
  runClientScenario,
  runServerScenarios,
  type ScenarioList,
} from './suite.ts';
import { printTable } from './table.ts';

/** Longest run of it all; milliseconds. */
const TIME_LIMIT = 8 * 60_000;
/** Told of each leg: when something is broken it mostly breaks everything. */
const MOST_PROBLEMS = 5;

const { values, positionals } = parseArgs({ options: { scenario: { type: 'string' } }, allowPositionals: true });
const { scenario } = values;
const [prefix = ''] = positionals;
const legs = LEGS.filter((leg) => legName(leg).startsWith(prefix));
if (legs.length === 0) {
  console.error(`No leg begins with ${prefix}. There are:\n${LEGS.map(legName).join('\n')}`);
  process.exit(2);
}

setTimeout(() => {
  console.error(`Conformance took longer than ${TIME_LIMIT / 60_000} minutes, and was ended.`);
  process.exit(1);
}, TIME_LIMIT).unref();

const started = performance.now();
await installSuites();
// Two at a time: the scenarios mostly wait, but some of them measure how long.
const results = await inParallel(2, legs, runLeg);
const whole = prefix === '' && scenario === undefined;
const unused = whole ? unusedEntries(results) : [];
printTable(results);
for (const result of results) tellProblems(result);
for (const name of unused) console.error(`expected-failures.json: no leg runs ${name}. Take the entry out.`);
const seconds = Math.round((performance.now() - started) / 1000);
const good = unused.length === 0 && results.every(({ verdicts }) => verdicts.every(({ problem }) => !problem));
if (whole && good)
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(toResults(results), null, 2)}\n`);
console.log(
  good
    ? styleText('green', `Conformance holds: ${legs.length} legs, ${seconds} s.`)
    : styleText('red', `Conformance does not hold: ${legs.length} legs, ${seconds} s.`),
);
// What a broken run left open must not keep it from ending.
process.exit(good ? 0 : 1);

async function runLeg(leg: Leg): Promise<LegResult> {
  const list = only(await listScenarios(leg));
  const checks = leg.side === 'server' ? await runServer(leg) : await runClient(leg, list);
  return { leg, verdicts: judge(leg, list, checks) };
}

async function runServer(leg: Leg): Promise<Map<string, Check[]>> {
  await using server = await serve(leg.sdk, leg.way as 'SigV4' | 'Invoke');
  return await runServerScenarios(leg, server.url, scenario);
}

async function runClient(leg: Leg, { required, beyond }: ScenarioList): Promise<Map<string, Check[]>> {
  const checks = new Map<string, Check[]>();
  for (const name of [...required, ...beyond]) checks.set(name, await runClientScenario(leg, name));
  return checks;
}

function only({ required, beyond }: ScenarioList): ScenarioList {
  const wanted = (name: string) => scenario === undefined || name === scenario;
  return { required: required.filter(wanted), beyond: beyond.filter(wanted) };
}

function unusedEntries(all: readonly LegResult[]): string[] {
  const used = new Set(all.flatMap(({ verdicts }) => verdicts.map(({ expected }) => expected)));
  return expectedFailures
    .filter((entry) => entry.way !== 'Node' && !used.has(entry))
    .map((entry) => `${entry.side}: ${entry.scenario}`);
}

function tellProblems({ leg, verdicts }: LegResult): void {
  if (scenario !== undefined) verdicts.forEach(tellChecks);
  const bad = verdicts.filter(({ problem }) => problem);
  for (const verdict of bad.slice(0, MOST_PROBLEMS)) {
    console.error(`\n${styleText('red', '✗')} ${legName(leg)} ${verdict.scenario}: ${verdict.problem}`);
    for (const { id, errorMessage, description } of verdict.checks.filter(fails)) {
      console.error(`    ${id}: ${errorMessage ?? description}`);
    }
    console.error(`    Again: npm run conformance -- ${legName(leg)} --scenario ${verdict.scenario}`);
  }
  if (bad.length > MOST_PROBLEMS) console.error(`\n  and ${bad.length - MOST_PROBLEMS} more of ${legName(leg)}`);
}

function tellChecks({ scenario: name, checks }: Verdict): void {
  console.log(`\n${name}\n${JSON.stringify(checks, null, 2)}`);
}

async function inParallel<T, R>(lanes: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const queue = items.entries();
  async function lane(): Promise<void> {
    for (const [index, item] of queue) done[index] = await work(item);
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}
