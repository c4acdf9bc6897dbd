/**
 * Signing in, proved twice: by the `auth` scenarios of MCP's conformance suite, through the library's and the command's
 * clients, with the suite's run of an authorization server against the local pool; and by attacks, each with the check that
 * refuses it.
 *
 *   npm run oauth                                       both tables
 *   npm run oauth -- --conformance                      the first
 *   npm run oauth -- --attacks                          the second
 *   npm run oauth -- --scenario auth/scope-step-up      one scenario, told in full
 */
import { readFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { type Check, fails, installSuites } from '../conformance/suite.ts';
import { formatTable } from '../support/table.ts';
import { runAttacks } from './attacks/run-attacks.ts';
import { runAuthorization } from './conformance/authorization.ts';
import { runLegs, type Verdict } from './conformance/run-legs.ts';

/** Longest run of it all; milliseconds. */
const TIME_LIMIT = 10 * 60_000;
/** Told of what one check says. */
const MOST_LINES = 8;
/** Scenarios at a time. */
const LANES = 4;

const { values } = parseArgs({
  options: { conformance: { type: 'boolean' }, attacks: { type: 'boolean' }, scenario: { type: 'string' } },
});
const { scenario } = values;
setTimeout(() => {
  console.error(`This took longer than ${TIME_LIMIT / 60_000} minutes, and was ended.`);
  process.exit(1);
}, TIME_LIMIT).unref();

const HEADINGS = ['who', 'protocol', 'required', 'extensions', 'expected failures', 'checks'];
const started = performance.now();
const problems: string[] = [];
if (!values.attacks) await runConformance();
if (!values.conformance && scenario === undefined) await tryAttacks();
for (const problem of problems) console.error(`${styleText('red', '✗')} ${problem}`);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  problems.length === 0
    ? styleText('green', `OAuth holds: ${seconds} s.`)
    : styleText('red', `OAuth does not hold: ${problems.length} problems, ${seconds} s.`),
);
// What a broken run left open must not keep it from ending.
process.exit(problems.length === 0 ? 0 : 1);

async function runConformance(): Promise<void> {
  await installSuites();
  const results = await runLegs(LANES, (name) => scenario === undefined || name === scenario);
  const isWhole = scenario === undefined;
  const all: { name: string; protocol: string; verdicts: readonly Verdict[] }[] = [
    ...results.map(({ leg, verdicts }) => ({ name: leg.name, protocol: leg.revision, verdicts })),
    ...(isWhole ? await runAuthorization() : []).map((each) => ({ ...each, protocol: '' })),
  ];
  console.log(formatTable(HEADINGS, all.map(row)));
  if (isWhole) for (const each of all) compareWithDocs(row(each));
  const expected = all.flatMap(({ name, verdicts }) =>
    verdicts.flatMap(({ scenario: of, reason }) => (reason === undefined ? [] : [`${name}, ${of}: ${reason}`])),
  );
  if (expected.length > 0) console.log(`\nExpected to fail:\n${expected.map((each) => `  ${each}\n`).join('')}`);
  for (const { name, verdicts } of all) {
    for (const { scenario: of, problem, checks } of verdicts) {
      if (!isWhole) console.log(`\n${name}\n${JSON.stringify(checks, null, 2)}`);
      if (problem) problems.push(told(`${name}, ${of}: ${problem}`, checks));
    }
  }
}

/** The table of docs/oauth.md is what this run gave. */
function compareWithDocs([name, protocol, required, extensions]: readonly string[]): void {
  const docs = readFileSync(new URL('../../docs/oauth.md', import.meta.url), 'utf8').replaceAll('`', '');
  const told = docs.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? 'nothing';
  const [, , of = '', passed = '', beyond = ''] = told.split('|').map((cell) => cell.trim());
  if (of === protocol && passed.split(':')[0] === required && beyond === extensions) return;
  problems.push(
    `docs/oauth.md says of ${name}: ${told}, and this run gave ${required}, ${extensions || 'no extensions'}`,
  );
}

async function tryAttacks(): Promise<void> {
  const results = await runAttacks();
  const outcome = (refusal: RegExp | undefined) => (refusal ? 'refused' : 'named');
  const rows = results.map(({ attack: { at, what, check, refusal }, breach }) => [
    ...[at, what, check, breach === undefined ? outcome(refusal) : 'BROKEN'],
  ]);
  console.log(formatTable(['at', 'attack', 'what refuses it', 'outcome'], rows));
  for (const { attack, breach } of results) {
    if (breach !== undefined) problems.push(`${attack.at}, ${attack.what}: ${breach}`);
  }
}

function row({ name, protocol, verdicts }: { name: string; protocol: string; verdicts: readonly Verdict[] }): string[] {
  const count = (required: boolean) => {
    const of = verdicts.filter((verdict) => verdict.required === required);
    return of.length === 0 ? '' : `${of.filter(({ passed }) => passed).length} of ${of.length}`;
  };
  const checks = verdicts.flatMap((verdict) => verdict.checks);
  const passed = checks.filter(({ status }) => status === 'SUCCESS').length;
  const expected = verdicts.filter(({ reason }) => reason !== undefined).length;
  const failed = checks.filter(fails).length;
  return [name, protocol, count(true), count(false), String(expected || ''), `${passed} of ${passed + failed}`];
}

function told(what: string, checks: readonly Check[]): string {
  const said = checks.filter(fails).map(({ id, errorMessage, description }) => `${id}: ${errorMessage ?? description}`);
  return [what, ...said.map((each) => each.split('\n').slice(0, MOST_LINES).join('\n    '))].join('\n    ');
}
