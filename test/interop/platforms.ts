/**
 * The package as it ships, on each JavaScript platform: the oldest Node that it takes and the newest there is with all of
 * it, Bun, Deno and workerd with `lambda-mcp/fetch`; in each TypeScript from the oldest that it takes; and in a project that
 * `cdk init` made. Prints one table, or with `--json` its rows; exits with 1 if a case
 * did not end as it should. What has no binary for this machine is a row that says so.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { installPacked, type Packed } from '../support/packed.ts';
import { cdkProject } from './support/cdk-project.ts';
import { compileCases } from './support/compile-cases.ts';
import { install, installedVersion } from './support/install.ts';
import { type InteropLambda, startInteropLambda } from './support/lambda.ts';
import { reportRows } from './support/report.ts';
import { type Run, runProgram } from './support/run-program.ts';

const PLATFORMS = fileURLToPath(new URL('platforms/', import.meta.url));
const QUICKSTART = fileURLToPath(new URL('../../examples/quickstart/server.ts', import.meta.url));

interface Case {
  readonly platform: string;
  readonly name: string;
  readonly ending: string;
  /** @default 'works' */
  readonly expected?: string;
}

/** What `agent.mjs` prints where all is as it should be: nothing was sent to nobody, and it was tried again. */
const ASKED = '200 Hello, Ada!; ConnectionError, maybeSent false, transient true';
/** The same, where the platform does not say whether it had sent. */
const ASKED_WORKERD = ASKED.replace('maybeSent false', 'maybeSent true');
const NO_BINARY = 'no binary for this machine';

function binary(path: string): string | undefined {
  const file = `${PLATFORMS}node_modules/${path}`;
  return existsSync(file) ? file : undefined;
}

function ending({ exitCode, stdout, stderr }: Run): string {
  if (exitCode === undefined) return 'hangs';
  if (exitCode !== 0) return `fails: ${stderr.trim().slice(-600)}`;
  return stdout.map(({ text }) => text).join('; ');
}

/** All of the package, on one Node: imported, required, and the whole path by both lines of the SDK. */
async function nodeCases(platform: string, node: string | undefined, { folder, subpaths }: Packed): Promise<Case[]> {
  if (!node) return [{ platform, name: 'all of it', ending: NO_BINARY, expected: NO_BINARY }];
  const env = { PATH: `${join(node, '..')}:${process.env.PATH}`, HOME: folder };
  const names = subpaths.map((subpath) => `lambda-mcp${subpath.slice(1)}`);
  const load = (expression: string) => `
    for (const name of ${JSON.stringify(names)}) if (Object.keys(${expression}).length === 0) throw new Error(name);
    console.log('works');`;
  const run = async (...args: string[]) => ending(await runProgram(args, { env, cwd: folder, command: node }));
  return [
    { platform, name: 'import', ending: await run('--input-type=module', '--eval', load('await import(name)')) },
    { platform, name: 'require()', ending: await run('--input-type=commonjs', '--eval', load('require(name)')) },
    {
      platform,
      name: 'server and clients of both lines, by URL and Invoke',
      ending: await run('whole-path.mjs', 'server.ts'),
      expected: Array(4).fill('Hello, Ada!').join('; '),
    },
    {
      platform,
      name: 'the command',
      ending: await run(join(folder, 'node_modules/lambda-mcp/dist/cli/main.js'), '--version'),
      expected: '0.1.0',
    },
  ];
}

/** What the agent's program is told. */
async function destination(lambda: InteropLambda): Promise<Record<string, string>> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return {
    FUNCTION_URL: lambda.functionUrl,
    NOBODY: `http://127.0.0.1:${port}/`,
    ACCESS_KEY: lambda.agent.accessKeyId,
    SECRET_KEY: lambda.agent.secretAccessKey,
    SESSION_TOKEN: lambda.agent.sessionToken ?? '',
    REGION: lambda.region,
  };
}

async function agentCase(
  platform: string,
  command: string | undefined,
  args: string[],
  to: Destination,
  folder: string,
) {
  const name = 'lambda-mcp/fetch';
  if (!command) return { platform, name, ending: NO_BINARY, expected: NO_BINARY };
  const env = { PATH: process.env.PATH ?? '', HOME: folder, ...to };
  const run = await runProgram([...args, 'ask.mjs'], { env, cwd: folder, command });
  return { platform, name, ending: ending(run), expected: ASKED };
}

type Destination = Readonly<Record<string, string>>;

/** A worker of one file, as a bundler makes it. */
async function workerdCase(
  platform: string,
  command: string | undefined,
  to: Destination,
  folder: string,
): Promise<Case> {
  const name = 'lambda-mcp/fetch, bundled';
  if (!command) return { platform, name, ending: NO_BINARY, expected: NO_BINARY };
  const worker = `
    import { ask } from './agent.mjs';
    export default { async fetch() { return new Response(await ask(${JSON.stringify(to)})); } };`;
  await build({
    stdin: { contents: worker, resolveDir: folder },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker'],
    external: ['@aws-sdk/client-lambda'],
    outfile: join(folder, 'worker.js'),
    logLevel: 'error',
  });
  const config = `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = (modules = [(name = "worker", esModule = embed "worker.js")], compatibilityDate = "2026-01-01")),
        (name = "internet", network = (allow = ["public", "private"])),
      ],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
    );`;
  writeFileSync(join(folder, 'workerd.capnp'), config);
  const child = spawn(command, ['serve', '--control-fd=3', 'workerd.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  try {
    const said = child.stdio[3] as NodeJS.ReadableStream;
    const [line] = await Promise.race([once(said, 'data'), once(child, 'exit').then(() => [''])]);
    const port = /"port":(\d+)/.exec(String(line))?.[1];
    if (!port) return { platform, name, ending: `fails: ${stderr.slice(-600)}`, expected: ASKED_WORKERD };
    const response = await fetch(`http://127.0.0.1:${port}/`);
    return {
      platform,
      name,
      ending: response.ok ? await response.text() : `fails: ${stderr.slice(-600)}`,
      expected: ASKED_WORKERD,
    };
  } finally {
    child.kill();
  }
}

install(PLATFORMS);
const packed = installPacked();
const { folder } = packed;
for (const name of ['agent.mjs', 'ask.mjs', 'whole-path.mjs']) copyFileSync(`${PLATFORMS}${name}`, join(folder, name));
copyFileSync(QUICKSTART, join(folder, 'server.ts'));

const version = (name: string) => installedVersion(PLATFORMS, name) ?? '';
const cases: Case[] = [];
for (const name of ['node-oldest', 'node-newest']) {
  cases.push(...(await nodeCases(`Node ${version(name)}`, binary(`${name}/bin/node`), packed)));
}
cases.push(...(await nodeCases(`Node ${process.versions.node}`, process.execPath, packed)));
{
  await using lambda = await startInteropLambda(QUICKSTART);
  const to = await destination(lambda);
  const bun = '@oven/bun-linux-x64';
  const deno = '@deno/linux-x64-glibc';
  const workerd = '@cloudflare/workerd-linux-64';
  const allow = [
    'run',
    '--quiet',
    '--no-lock',
    '--node-modules-dir=manual',
    '--allow-net',
    '--allow-env',
    '--allow-read',
  ];
  cases.push(await agentCase(`Bun ${version(bun)}`, binary(`${bun}/bin/bun`), [], to, folder));
  cases.push(await agentCase(`Deno ${version(deno)}`, binary(`${deno}/deno`), allow, to, folder));
  cases.push(await workerdCase(`workerd ${version(workerd)}`, binary(`${workerd}/bin/workerd`), to, folder));
}

const newest = fileURLToPath(new URL('../../node_modules/typescript/', import.meta.url));
const compilers = [`${PLATFORMS}node_modules/typescript-oldest/`, `${PLATFORMS}node_modules/typescript-5/`, newest];
for (const compiler of compilers) {
  const { version } = JSON.parse(readFileSync(`${compiler}package.json`, 'utf8')) as { version: string };
  for (const [name, said] of compileCases(folder, `${compiler}bin/tsc`)) {
    cases.push({ platform: `TypeScript ${version}`, name, ending: said || 'works' });
  }
}
for (const [name, said] of cdkProject(folder, PLATFORMS, `${newest}bin/tsc`)) {
  cases.push({ platform: 'a project of cdk init', name, ending: said || 'works' });
}

const isRight = ({ ending, expected = 'works' }: Case) => ending === expected;
reportRows(
  cases.map((each) => ({ Platform: each.platform, Case: each.name, Ending: isRight(each) ? 'works' : 'broken' })),
  cases
    .filter((each) => !isRight(each))
    .map(({ platform, name, ending, expected = 'works' }) => `${platform}, ${name}: ${ending}, expected: ${expected}`),
);
