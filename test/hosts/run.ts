/**
 * One server file on every host: a table of host × stock client × what was asked, then MCP's conformance suite through the
 * Node host with sessions, where nothing may fail, and through a REST API, where only what needs sessions may.
 *
 *   npm run hosts                                writes results.json when good
 *   npm run hosts -- --conformance-only          the suite alone
 */
import { writeFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { judge, type LegResult } from '../conformance/judge.ts';
import { HOST_LEGS, type Leg, legName } from '../conformance/legs.ts';
import { toResults } from '../conformance/results.ts';
import { serve } from '../conformance/serve.ts';
import { fails, installSuites, listScenarios, runServerScenarios } from '../conformance/suite.ts';
import { printTable } from '../conformance/table.ts';
import { formatTable } from '../support/table.ts';
import { CLIENTS, withPrefix } from './clients.ts';
import { HOSTS, type Host, serverFile } from './hosts.ts';
import { QUESTIONS } from './questions.ts';
import { serveNode } from './serve-node.ts';

/** Longest run of it all; milliseconds. */
const TIME_LIMIT = 3 * 60_000;

const { values } = parseArgs({ options: { 'conformance-only': { type: 'boolean' } } });
setTimeout(() => {
  console.error(`The hosts took longer than ${TIME_LIMIT / 60_000} minutes, and were ended.`);
  process.exit(1);
}, TIME_LIMIT).unref();

const problems: string[] = [];
if (!values['conformance-only']) {
  const rows = (await Promise.all(HOSTS.map(askHost))).flat();
  console.log(formatTable(['host', 'server', 'client', ...QUESTIONS.map(({ name }) => name)], rows));
}

await installSuites();
const results: LegResult[] = [];
const queue = [...HOST_LEGS];
await Promise.all([runLegs(), runLegs()]);
const inOrder = HOST_LEGS.flatMap((leg) => results.filter((result) => result.leg === leg));
printTable(inOrder);
for (const { leg, verdicts } of inOrder) {
  for (const { scenario, problem, checks } of verdicts) {
    if (!problem) continue;
    const said = checks
      .filter(fails)
      .map(({ id, errorMessage, description }) => `${id}: ${errorMessage ?? description}`);
    problems.push([`${legName(leg)} ${scenario}: ${problem}`, ...said].join('\n    '));
  }
}
for (const problem of problems) console.error(`${styleText('red', '✗')} ${problem}`);
if (problems.length === 0) {
  const file = new URL('results.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(toResults(inOrder), null, 2)}\n`);
  console.log(styleText('green', 'Every host answers every client.'));
}
process.exit(problems.length === 0 ? 0 : 1);

async function askHost(host: Host): Promise<string[][]> {
  const rows: string[][] = [];
  for (const line of ['v1', 'v2'] as const) {
    await using served = await host.start(line);
    for (const [name, connect] of Object.entries(CLIENTS)) {
      const is2026 = name.endsWith('2026-07-28');
      // The line v1 does not speak it.
      if (is2026 && line === 'v1') continue;
      const cells: string[] = [];
      for (const { name: asked, ask, asksBack } of QUESTIONS) {
        if (asksBack && !host.sessions && !is2026) {
          cells.push('needs sessions');
          continue;
        }
        try {
          const client = withPrefix(await connect(served.url), host.prefix);
          await ask(client, is2026).finally(() => client.close());
          cells.push('✓');
        } catch (error) {
          cells.push('✗');
          problems.push(`${host.name}, server ${line}, client ${name}, ${asked}: ${(error as Error).message}`);
        }
      }
      rows.push([host.name, line, name, ...cells]);
    }
  }
  return rows;
}

async function runLegs(): Promise<void> {
  for (let leg = queue.shift(); leg; leg = queue.shift()) results.push(await runLeg(leg));
}

async function runLeg(leg: Leg): Promise<LegResult> {
  const line = leg.sdk as 'v1' | 'v2';
  await using served = leg.way === 'REST' ? await serve(line, 'REST') : await serveNode(serverFile(line), '--sessions');
  return { leg, verdicts: judge(leg, await listScenarios(leg), await runServerScenarios(leg, served.url)) };
}
