/**
 * Runs the same functions on AWS's own runtime and on the local Lambda, and compares what a caller sees. Exits with 0
 * only if AWS's runtime gives what is expected, and the local Lambda the same but for the differences that are listed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalLambda } from 'lambda-mcp/local';
import { newPath } from '../support/scratch.ts';
import { bundle } from './bundle.ts';
import type { Case, Group } from './cases/case.ts';
import { loading } from './cases/loading.ts';
import { mcp } from './cases/mcp.ts';
import { plain } from './cases/plain.ts';
import { server } from './cases/server.ts';
import { streaming } from './cases/streaming.ts';
import { ways } from './cases/ways.ts';
import { differences } from './differences.ts';
import { installRuntime, VERSION } from './install.ts';
import { judge, type Row } from './judge.ts';
import { startLocal, startReal } from './lambdas.ts';
import { printTable } from './table.ts';

const CASE_TIMEOUT_MS = 20_000;

const groups: readonly Group[] = [...streaming, ...plain, ...loading, ...server, ...mcp, ...ways];

const obstacle = installRuntime();
if (obstacle !== undefined) {
  console.error(obstacle);
  process.exit(1);
}

const runtime = `aws-lambda-ric ${VERSION} on Node ${process.versions.node}`;
console.log(`Comparing ${runtime} with the local Lambda: ${groups.flatMap(({ cases }) => cases).length} cases.`);
const bundles = bundle(new Set(groups.map(({ entry }) => entry).filter((entry) => typeof entry === 'string')));
const rows: Row[] = [];
for (const group of groups) rows.push(...(await runGroup(group)));
printTable(rows, runtime);

const names = new Set(rows.map(({ title, name }) => `${title}: ${name}`));
const stale = Object.keys(differences).filter((name) => !names.has(name));
for (const name of stale) console.log(`\ndifferences.ts lists a case that there is not: ${name}`);
const differing = rows.filter(({ difference }) => difference).length;
const wrong = rows.filter(({ problem }) => problem !== undefined).length + stale.length;
console.log(`\n${rows.length} cases: ${differing} differ for a reason that is listed, ${wrong} are wrong.`);
process.exit(wrong === 0 ? 0 : 1);

async function runGroup(group: Group): Promise<Row[]> {
  const started = performance.now();
  const { title, timeout = 30_000, environment = {} } = group;
  const options = { entry: pathOf(group.entry), timeout, environment };
  const lambdas = await Promise.all([startReal(options), startLocal(options)]);
  const seen: Row[] = [];
  for (const each of group.cases) {
    const [real = '', local = ''] = await Promise.all(lambdas.map((lambda) => outcomeOf(each, lambda)));
    const { name, expected } = each;
    seen.push(judge({ title, name, real, local }, expected, differences[`${title}: ${name}`]));
  }
  await Promise.all(lambdas.map((lambda) => lambda.close()));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${title}: ${seen.length === 1 ? seen[0]?.name : `${seen.length} cases`} (${seconds} s)`);
  return seen;
}

async function outcomeOf(each: Case, lambda: LocalLambda): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, CASE_TIMEOUT_MS, `no end within ${CASE_TIMEOUT_MS / 1000} s`);
  each.observe(lambda).then(resolve, (error) => resolve(`failed: ${error}`));
  return promise.finally(() => clearTimeout(timer));
}

function pathOf(entry: Group['entry']): string {
  if (typeof entry === 'string') return bundles.get(entry) as string;
  const folder = newPath();
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.mjs'), entry.source);
  return join(folder, 'index.mjs');
}
