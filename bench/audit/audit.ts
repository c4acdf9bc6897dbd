import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spread } from '../measure.ts';
import type { Section, Spread } from '../section.ts';
import { writeDays } from './write-days.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const SIZES = QUICK ? [5000] : [50_000, 500_000];
const ROUNDS = QUICK ? 1 : 3;
const MB = 2 ** 20;
const WANTED = 512;

const CLI = fileURLToPath(new URL('../node_modules/lambda-mcp/dist/cli/main.js', import.meta.url));
const FORMATS = [
  ['a table by role', ['--by', 'role']],
  ['what is unusual', ['--unusual']],
  ['every call, as JSON', ['--json']],
  ['the page', ['--html']],
] as const;

export async function measureSection(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const rows: { name: string; seconds: Spread; memory: Spread; megabytes: number }[] = [];
  for (const calls of SIZES) {
    const files = { trail: join(folder, `${calls}.jsonl`), log: join(folder, `${calls}.log`) };
    await writeDays({ calls, end: Date.now() - 60_000, trailFile: files.trail, logFile: files.log });
    const megabytes = Math.round((statSync(files.trail).size + statSync(files.log).size) / 1e6);
    for (const [name, flags] of FORMATS) {
      const samples: { seconds: number; memory: number }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const page = flags[0] === '--html' ? [join(folder, 'page.html')] : [];
        samples.push(
          await run([...flags, ...page, '--trail', files.trail, '--log', files.log, '--since', '8d'], folder),
        );
      }
      rows.push({
        name: `${calls.toLocaleString('en-US')} calls: ${name}`,
        seconds: spread(samples.map(({ seconds }) => seconds)),
        memory: spread(samples.map(({ memory }) => memory)),
        megabytes,
      });
    }
  }
  rmSync(folder, { recursive: true, force: true });
  const most = Math.max(...rows.map(({ memory }) => memory.high));
  return {
    title: 'The audit',
    how: [
      'A week of calls by 25 roles in 200 sessions, each with CloudTrail’s record and with the function’s log, Lambda’s own lines ' +
        'included, read from files by `lambda-mcp audit` in a process of its own. Memory is the most that the process had ' +
        'resident, Node included.',
    ],
    tables: [
      {
        columns: [
          { title: 'time', unit: 's' },
          { title: 'memory', unit: 'MB' },
          { title: 'read', unit: 'MB' },
        ],
        rows: rows.map(({ name, seconds, memory, megabytes }) => ({
          name,
          role: 'ours',
          cells: [seconds, memory, megabytes],
        })),
      },
    ],
    targets: [
      {
        what: `the most memory, with ${SIZES.at(-1)?.toLocaleString('en-US')} calls`,
        wanted: `${WANTED} MB or less`,
        seen: `${Math.round(most)} MB`,
        reached: most <= WANTED,
      },
    ],
  };
}

/** One audit; its exit code must be that of a whole one. */
async function run(args: readonly string[], folder: string): Promise<{ seconds: number; memory: number }> {
  const usage = join(folder, 'usage.json');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('./report-memory.ts'), CLI, 'audit', 'tools', ...args],
    {
      env: { ...process.env, USAGE_FILE: usage },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdout.pipe(createWriteStream('/dev/null'));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`audit ended with ${code}: ${stderr.slice(-500)}`);
  const seconds = (performance.now() - started) / 1000;
  const { maxRSS } = JSON.parse(readFileSync(usage, 'utf8')) as { maxRSS: number };
  return { seconds, memory: (maxRSS * 1024) / MB };
}
