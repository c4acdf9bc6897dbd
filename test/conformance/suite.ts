import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './end-with-us.ts';
import { type Leg, type Side, SUITES, type Suite } from './legs.ts';

/** One statement of the suite's about the implementation under test. */
export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'INFO' | 'SKIPPED';
  readonly description?: string;
  readonly errorMessage?: string;
}

/** The scenarios of a leg: those that its revision requires, and those that the suite runs beyond them. */
export interface ScenarioList {
  readonly required: readonly string[];
  readonly beyond: readonly string[];
}

interface Output {
  readonly text: string;
  readonly exitCode: number | null;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FOLDER = join(HERE, 'suite');
/** Longest run of the suite's program; milliseconds. */
const TIME_LIMIT = 120_000;
/** Longest run of one scenario; milliseconds. */
const SCENARIO_LIMIT = 15_000;

/** Installs both versions, unless they are there. */
export async function installSuites(): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8'));
  const installed = Object.keys(SUITES).every((version) => {
    const alias = SUITES[version as Suite];
    if (dependencies[alias] !== `npm:@modelcontextprotocol/conformance@${version}`) {
      throw new Error(`conformance/suite/package.json does not pin ${alias} to ${version}.`);
    }
    const manifest = join(FOLDER, 'node_modules', alias, 'package.json');
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
  });
  if (installed) return;
  const { text, exitCode } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER });
  if (exitCode !== 0) throw new Error(`npm ci in conformance/suite failed:\n${text}`);
}

/** The suite's own list of what a leg has to run, without OAuth: IAM takes its place. */
export async function listScenarios(leg: Leg): Promise<ScenarioList> {
  const { required, beyond } = await listAllScenarios(leg);
  const isOurs = (name: string) => !name.startsWith('auth/');
  return { required: required.filter(isOurs), beyond: beyond.filter(isOurs) };
}

/** The same with OAuth's. */
export async function listAllScenarios({
  side,
  suite,
  revision,
}: Pick<Leg, 'side' | 'suite' | 'revision'>): Promise<ScenarioList> {
  const modern = suite !== '0.1.16';
  const { text, exitCode } = await conformance(
    suite,
    modern ? ['list', '--requirements', revision] : ['list', `--${side}`, '--spec-version', revision],
  );
  if (exitCode !== 0) throw new Error(`The suite ${suite} does not list its scenarios:\n${text}`);
  const [scored = '', unscored = ''] = text.split('Run and reported, but never scored:');
  return { required: namesIn(section(scored, side)), beyond: namesIn(unscored, side) };
}

function section(text: string, side: Side): string {
  const [, rest = ''] = text.split(side === 'server' ? 'Server scenarios' : 'Client scenarios');
  return rest.split('\n\n')[0] as string;
}

/** @param tag only lines that end with it, in brackets */
function namesIn(text: string, tag?: string): string[] {
  return [...text.matchAll(/^ +- (\S+)(?: \[(.*)\])?$/gm)]
    .filter(([, , found]) => tag === undefined || found === tag)
    .map(([, name]) => name as string);
}

/** Runs scenarios of a leg's server, one after the other. @returns the checks, by scenario */
export async function runServerScenarios(
  { suite, revision }: Leg,
  url: string,
  scenario?: string,
): Promise<Map<string, Check[]>> {
  const modern = suite !== '0.1.16';
  const which =
    scenario !== undefined
      ? ['--scenario', scenario, ...(modern ? ['--spec-version', revision] : [])]
      : modern
        ? ['--requirements', revision]
        : ['--suite', 'all', '--spec-version', revision];
  const { checks, text } = await withResults((folder) =>
    conformance(suite, ['server', '--url', url, '-o', folder, ...which]),
  );
  if (checks.size === 0) throw new Error(`The suite ${suite} left no results:\n${text}`);
  return checks;
}

/** Runs one scenario of a leg's client, a new process of it each time. */
export async function runClientScenario(leg: Leg, scenario: string): Promise<Check[]> {
  const { sdk, way, suite, revision } = leg;
  const command = `node client.ts ${sdk} ${way} ${revision}`;
  return runClientCommand({ suite, command, scenario, ...(suite !== '0.1.16' && { revision }) });
}

/** Runs one scenario with any client, whose program is found from this folder; the mock server's URL is its last argument. */
export async function runClientCommand({
  suite,
  command,
  scenario,
  revision,
}: {
  suite: Suite;
  command: string;
  scenario: string;
  revision?: string;
}): Promise<Check[]> {
  const { checks, text, exitCode } = await withResults((folder) =>
    conformance(suite, [
      ...['client', '--command', command],
      ...['--scenario', scenario, '--timeout', String(SCENARIO_LIMIT), '-o', folder],
      ...(revision === undefined ? [] : ['--spec-version', revision]),
    ]),
  );
  const found = checks.get(scenario) ?? [];
  if (exitCode === 0) return found;
  // The scenario may have seen what it looks for, and the client have failed nevertheless.
  return [...found, { id: 'client', status: 'FAILURE', errorMessage: clientOutput(text) }];
}

/**
 * Runs the suite for authorization servers.
 *
 * @param args of `conformance authorization`, without where results go
 * @param open opens the page on which somebody signs in
 * @returns the checks, by scenario
 */
export async function runAuthorizationServer(
  suite: Suite,
  args: readonly string[],
  open: (page: URL) => Promise<void>,
): Promise<Map<string, Check[]>> {
  const onText = (text: string) => {
    const page = URL.parse(/^https?:\S+response_type=code\S*$/m.exec(text)?.[0] ?? '');
    // A sign-in that fails shows as a scenario that gets no answer.
    if (page) void open(page).catch((error) => console.error(error));
  };
  const { checks, text } = await withResults((folder) =>
    conformance(suite, ['authorization', ...args, '-o', folder], onText),
  );
  if (checks.size === 0) throw new Error(`The suite ${suite} left no results:\n${text}`);
  return checks;
}

/** A warning counts, as it does where the suite compares with a list of expected failures. */
export function fails({ status }: Check): boolean {
  return status === 'FAILURE' || status === 'WARNING';
}

async function withResults(start: (folder: string) => Promise<Output>) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const output = await start(folder);
    const checks = new Map<string, Check[]>();
    for (const file of globSync(join(folder, '**', 'checks.json'))) {
      const path = relative(folder, dirname(file));
      const [, scenario] = /^(?:server-|authorization-server-(?=auth))?(.+)-\d{4}-\d\d-\d\dT[\w-]+$/.exec(path) ?? [];
      checks.set(scenario as string, JSON.parse(readFileSync(file, 'utf8')));
    }
    return { ...output, checks };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function conformance(suite: Suite, args: readonly string[], onText?: (chunk: string) => void): Promise<Output> {
  const program = join(FOLDER, 'node_modules', SUITES[suite], 'dist', 'index.js');
  return run(process.execPath, [program, ...args], { cwd: HERE, onText });
}

function run(
  command: string,
  args: readonly string[],
  { cwd, onText }: { cwd: string; onText?: ((chunk: string) => void) | undefined },
): Promise<Output> {
  // The suite starts the client by a shell: `node` has to be this one.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIME_LIMIT });
  endWithUs(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      onText?.(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ text, exitCode }));
  });
}

/** What the client wrote before it failed, as far as the suite tells; else the end of what the suite wrote. */
function clientOutput(text: string): string {
  const [, written] = text.split(/^Client (?:exited|timed out).*$/m);
  return (written?.split('\nChecks:')[0] ?? text).trim().split('\n').slice(-20).join('\n');
}
