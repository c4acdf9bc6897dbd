import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { DevDescription } from '../support/dev.ts';
import { countBlocks, readBlocks } from './blocks.ts';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const skill = join(root, 'docs/skill/SKILL.md');
const blocks = readBlocks(skill);
const folder = mkdtempSync(join(tmpdir(), 'a skill-'));
const tested = new Set<string>();
let dev: DevDescription;
let endDev = async () => {};
afterAll(() => endDev());

/** The text of a block, which then counts as tested. */
function block(name: string): string {
  const found = blocks.find((each) => each.kind === 'test' && each.name === name);
  if (!found) throw new Error(`SKILL.md has no block ${name}.`);
  tested.add(name);
  return found.text;
}

function environment(given: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:AWS_|npm_)/.test(name));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...given,
  };
}

async function sh(command: string, given?: Record<string, string>): Promise<string> {
  return (await execute('bash', ['-euo', 'pipefail', '-c', command], { cwd: folder, env: environment(given) })).stdout;
}

function as(name: string): Record<string, string> {
  const caller = dev.principals.find((each) => each.name === name);
  return {
    FUNCTION_URL: dev.functionUrl,
    AWS_REGION: dev.region,
    AWS_ENDPOINT_URL_LAMBDA: dev.lambdaEndpoint,
    AWS_ACCESS_KEY_ID: caller?.accessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: caller?.secretAccessKey ?? '',
    AWS_SESSION_TOKEN: caller?.sessionToken ?? '',
  };
}

describe('a coding agent that follows the skill', () => {
  it('finds it in the package', async () => {
    await execute('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    await sh(block('install'), { TARBALL: join(folder, tarball) });
    expect(existsSync(join(folder, 'node_modules/lambda-mcp/docs/skill/SKILL.md'))).toBe(true);
    for (const { kind, name, text } of blocks) if (kind === 'file') writeFileSync(join(folder, name), text);
  });

  it('runs the server', async () => {
    const child = spawn('bash', ['-c', `exec ${block('dev')}`], { cwd: folder, env: environment(), detached: true });
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    endDev = () => {
      process.kill(-(child.pid as number), 'SIGINT');
      return gone;
    };
    for await (const line of createInterface(child.stdout)) {
      dev = JSON.parse(line);
      break;
    }
    expect(dev.functionUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it('lists and calls the tools', async () => {
    const said = await sh(block('call'));
    expect(said).toContain('Hello, Ada!');
    expect(said.match(/rotate-keys/g)).toHaveLength(1);
  });

  it('calls it from an agent', async () => {
    expect(await sh(block('agent'), as('agent'))).toContain('Hello, Ada!');
  });

  it('makes the template to deploy', async () => {
    await sh(block('deploy'));
    expect(readdirSync(join(folder, 'cdk.out'))).toContain('McpTools.template.json');
  });

  it('lets a caller in', async () => {
    expect(await sh(block('grant'), as('admin'))).toMatch(/--invoked-via-function-url[\s\S]*role\/agent/);
  });

  it('diagnoses, and audits', async () => {
    expect(await sh(block('doctor'))).toContain('Nothing failed.');
    expect(await sh(block('audit'))).toMatch(/agent\/local.*greet.*ok/);
    expect(readdirSync(folder)).toContain('audit.html');
  });

  it('finds nothing that is not tested here', () => {
    expect(blocks).toHaveLength(countBlocks(skill));
    expect(blocks.filter(({ kind, name }) => kind === 'test' && !tested.has(name))).toEqual([]);
  });
});
