import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { LocalPrincipal } from 'lambda-mcp/local';
import { afterAll, describe, expect, it } from 'vitest';
import type { DevDescription } from '../support/dev.ts';
import { countBlocks, readBlocks } from './blocks.ts';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const readme = join(root, 'README.md');
const blocks = readBlocks(readme);
const project = mkdtempSync(join(tmpdir(), 'readme-'));
const tested = new Set<string>();

/** The text of a block, which then counts as tested. */
function block(name: string): string {
  const found = blocks.find((each) => each.kind === 'test' && each.name === name);
  if (!found) throw new Error(`README.md has no block ${name}.`);
  tested.add(name);
  return found.text;
}

/** The reader's shell: Node 24 first, nothing of AWS but what is given. */
function shellEnvironment(given: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:AWS_|npm_)/.test(name));
  const bin = join(root, 'node_modules/.bin');
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: `${join(project, 'node_modules/.bin')}:${bin}:${process.env.PATH}`,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...given,
  };
}

async function sh(command: string, env: Record<string, string> = shellEnvironment(), cwd = project) {
  const options = { cwd, env, maxBuffer: 64 * 1024 * 1024 };
  return (await execute('bash', ['-euo', 'pipefail', '-c', command], options)).stdout;
}

/** Starts a command that runs until it is interrupted, and gives the first line it prints that is JSON. */
async function startShell(command: string, cwd: string): Promise<{ line: string; stop(): Promise<unknown> }> {
  const child = spawn('bash', ['-c', `exec ${command}`], { cwd, env: shellEnvironment(), detached: true });
  const ended = new Promise((done) => child.once('exit', done));
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('{')) continue;
    const stop = () => {
      process.kill(-(child.pid as number), 'SIGINT');
      return ended;
    };
    return { line, stop };
  }
  throw new Error(`${command} ended before it had started.`);
}

let dev: DevDescription;
let stopDev: () => Promise<unknown> = async () => {};
afterAll(() => stopDev());

function callerEnvironment(name: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = principal(name);
  return shellEnvironment({
    AWS_REGION: dev.region,
    AWS_DEFAULT_REGION: dev.region,
    AWS_ENDPOINT_URL_LAMBDA: dev.lambdaEndpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    FUNCTION_URL: dev.functionUrl,
    TRAIL_FILE: dev.trailFile,
    LOG_FILE: dev.logFile,
  });
}

function principal(name: string): LocalPrincipal {
  const found = dev.principals.find((each) => each.name === name);
  if (!found) throw new Error(`dev offers no principal ${name}.`);
  return found;
}

describe('a reader of the README', () => {
  it('takes the tour in a clone', async () => {
    // The clone is installed, or this test would not run.
    expect(block('tour')).toBe('npm ci && npm start\n');
    expect(await sh('npm start', shellEnvironment(), root)).toContain('Everything was as it should be.');
  });

  it('installs the package', async () => {
    // In a folder of its own: what is built here is what the other tests run.
    const clone = mkdtempSync(join(tmpdir(), 'readme clone '));
    await sh(`${block('pack').trim()} --ignore-scripts --pack-destination "${clone}"`, shellEnvironment(), root);
    await sh(block('install'), shellEnvironment({ CLONE: clone }));
    rmSync(clone, { recursive: true });
    for (const { kind, name, text } of blocks) if (kind === 'file') writeFileSync(join(project, name), text);
  });

  it('runs the server on the local Lambda', async () => {
    const started = await startShell(`${block('dev-server').trim()} --name tools --json`, project);
    dev = JSON.parse(started.line);
    stopDev = started.stop;
  });

  it('lets a caller in by hand', async () => {
    const admin = callerEnvironment('admin');
    for (const id of ['agent-url', 'agent-invoke']) {
      await sh(`aws lambda remove-permission --function-name tools --statement-id ${id}`, admin);
    }
    await sh(block('grant-by-hand'), admin);
  });

  it('grants by command', async () => {
    const said = await sh(block('grant'), callerEnvironment('admin'));
    expect(said).toContain('--action lambda:InvokeFunctionUrl');
    expect(said).toContain('--invoked-via-function-url');
    expect(said).toContain('role/agent');
  });

  it('connects an agent', async () => {
    expect(await sh(block('agent'), callerEnvironment('agent'))).toContain(
      'Hello, Ada, from arn:aws:sts::111122223333:assumed-role/agent/',
    );
  });

  it('connects a desktop host', async () => {
    const page = readBlocks(join(root, 'docs/cli.md')).find(({ name }) => name === 'host');
    const { mcpServers } = JSON.parse(page?.text ?? '{}');
    const { command, args } = mcpServers['my-tools'];
    expect([command, args[0]]).toEqual(['/path/to/node', '/path/to/node_modules/lambda-mcp/dist/cli/main.js']);
    const program = join(project, 'node_modules/lambda-mcp/dist/cli/main.js');
    const { accessKeyId, secretAccessKey, sessionToken } = principal('agent');
    const config = join(project, 'aws-config');
    writeFileSync(
      config,
      `[profile my-profile]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n` +
        `aws_session_token=${sessionToken}\nregion=${dev.region}\n`,
    );
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [program, ...args.slice(1).map((each: string) => (each.startsWith('https:') ? dev.functionUrl : each))],
      cwd: project,
      env: shellEnvironment({ AWS_CONFIG_FILE: config, AWS_REGION: dev.region }),
    });
    const client = new Client({ name: 'host', version: '1.0.0' });
    await client.connect(transport);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['greet']);
    await client.close();
  });

  it('calls from a terminal', async () => {
    const said = await sh(block('terminal'), callerEnvironment('agent'));
    expect(said).toContain('greet');
    expect(said).toContain('Hello, Ada, from');
  });

  it('audits', async () => {
    const said = await sh(block('audit'), callerEnvironment('agent'));
    expect(said).toMatch(/agent\/local.*greet.*ok.*trail and log/);
    expect(readdirSync(project)).toContain('audit.html');
  });

  it('deploys, as far as that goes without an account', async () => {
    const commands = block('deploy');
    expect(commands).toContain('npx cdk deploy');
    await sh(commands.replace('npx cdk deploy', 'npx cdk synth --quiet'));
    expect(readdirSync(join(project, 'cdk.out'))).toContain('McpTools.template.json');
  });

  it('could compile each program that is shown', async () => {
    const shown = [...blocks, ...readBlocks(join(root, 'docs/server.md'))].filter(({ kind }) => kind === 'file');
    for (const { name, text } of shown) writeFileSync(join(project, name), text);
    const options = '--noEmit --strict --skipLibCheck --module nodenext --target es2024';
    const types = `--types node --typeRoots "${root}/node_modules/@types"`;
    await sh(`"${root}/node_modules/.bin/tsc" ${options} ${types} ${shown.map(({ name }) => name).join(' ')}`);
  });

  it('finds nothing that is not tested here', () => {
    expect(blocks).toHaveLength(countBlocks(readme));
    expect(blocks.filter(({ kind, name }) => kind === 'test' && !tested.has(name))).toEqual([]);
  });
});
