import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, describe, expect, it } from 'vitest';
import { type Dev, startDev } from '../support/dev.ts';

const root = resolve(import.meta.dirname, '../..');
// Inside the project, where `lambda-mcp` can be found; hidden, so that nothing else looks at it.
mkdirSync(join(root, '.lambda-mcp'), { recursive: true });
const folder = mkdtempSync(join(root, '.lambda-mcp/dev-'));
afterAll(() => rmSync(folder, { recursive: true }));

function server(answer: string): string {
  return `
    import { createLambdaHandler } from 'lambda-mcp/server/fetch';
    import { suffix } from './lib/suffix.ts';
    export const handler = createLambdaHandler({
      fetch: async () => Response.json({ jsonrpc: '2.0', id: 1, result: { answer: '${answer}' + suffix } }),
    });`;
}

async function ask(dev: Dev): Promise<string> {
  const fetch = sigv4Fetch({ credentials: dev.principal('agent'), region: dev.region });
  const response = await fetch(dev.functionUrl, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"x"}' });
  return response.text();
}

function lambdaMcp(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, ['dist/cli/main.js', ...args], { cwd: root }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('lambda-mcp dev', () => {
  it('takes up a change of the server, or of a file that it imports, and keeps URL and credentials', async () => {
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib/suffix.ts'), "export const suffix: string = '!';");
    writeFileSync(join(folder, 'server.ts'), server('one'));
    const dev = await startDev(join(folder, 'server.ts'));
    expect(await ask(dev)).toContain('"one!"');
    writeFileSync(join(folder, 'server.ts'), server('two'));
    await expect.poll(() => ask(dev), { timeout: 10_000 }).toContain('"two!"');
    writeFileSync(join(folder, 'lib/suffix.ts'), "export const suffix: string = '?';");
    await expect.poll(() => ask(dev), { timeout: 10_000 }).toContain('"two?"');
    await dev.close();
  });

  it('survives folders that come and go beside the server', async () => {
    const entry = join(folder, 'beside.ts');
    writeFileSync(entry, server('beside'));
    const dev = await startDev(entry);
    for (const name of ['one', 'two', 'three']) {
      mkdirSync(join(folder, 'out', name), { recursive: true });
      writeFileSync(entry, server(name));
      await expect.poll(() => ask(dev), { timeout: 10_000 }).toContain(`"${name}`);
      rmSync(join(folder, 'out'), { recursive: true });
    }
    await dev.close();
  });

  it('takes nothing for a change that the server is not made of', async () => {
    const entry = join(folder, 'quiet.ts');
    writeFileSync(entry, server('quiet'));
    const dev = await startDev(entry);
    for (const name of ['dev.out', 'later.ts', 'other.json']) writeFileSync(join(folder, name), '');
    writeFileSync(entry, server('later'));
    await expect.poll(() => dev.told(), { timeout: 10_000 }).toContain('quiet.ts changed');
    expect(dev.told()).not.toMatch(/dev\.out|later\.ts|other\.json|and \d+ more/);
    await dev.close();
  });

  it('survives a server that cannot be loaded, until it can', async () => {
    const entry = join(folder, 'broken.ts');
    writeFileSync(entry, 'export const handler = ;');
    const dev = await startDev(entry);
    expect(await ask(dev)).toBe('Internal Server Error');
    expect(readFileSync(dev.logFile, 'utf8')).toContain('SyntaxError');
    expect(dev.told()).toMatch(/the function failed: .*broken\.ts/s);
    writeFileSync(entry, server('mended'));
    await expect.poll(() => ask(dev), { timeout: 10_000 }).toContain('"mended');
    await dev.close();
  });

  it('gives the function the variables that it is told to, and no other', async () => {
    const entry = join(folder, 'variables.ts');
    const names = "['GIVEN', 'TAKEN', 'KEPT'].map((name) => process.env[name] ?? 'none').join(' ')";
    writeFileSync(entry, server(`' + ${names} + '`));
    const env = { ...process.env, TAKEN: 'from here', KEPT: 'a secret' };
    const dev = await startDev(entry, ['--env', 'GIVEN=a=b', '--env', 'TAKEN'], env);
    expect(await ask(dev)).toContain('"a=b from here none');
    await dev.close();
  });

  it('prints what a person needs, ready to paste, and ends with Ctrl-C', async () => {
    const child = spawn(process.execPath, ['dist/cli/main.js', 'dev', 'examples/quickstart/server.ts'], { cwd: root });
    const ended = once(child, 'exit');
    let stdout = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      stdout += text;
      // At once: it must be ready to end when it has said so.
      if (/# admin: .*SESSION_TOKEN/s.test(stdout) && !child.killed) child.kill('SIGINT');
    }
    expect(stdout).toMatch(/Function URL +http:\/\/127\.0\.0\.1:\d+\//);
    expect(stdout).toMatch(/Lambda endpoint +http:\/\/127\.0\.0\.1:\d+/);
    expect(stdout).toMatch(/export AWS_REGION='us-east-1' AWS_ENDPOINT_URL_LAMBDA='http/);
    expect(stdout.match(/export AWS_ACCESS_KEY_ID='ASIA[A-Z2-7]{16}'/g)).toHaveLength(4);
    expect(await ended).toEqual([0, null]);
  });

  it.each([
    ['no entry', ['dev'], 2, /Which server file/],
    ['an entry that is not there', ['dev', 'nowhere.ts'], 1, /There is no file .*nowhere\.ts/],
    ['an unknown option', ['dev', 'server.ts', '--prot', '1'], 2, /--prot/],
    ['a port that is none', ['dev', 'server.ts', '--port', 'x'], 2, /--port.*"x"/],
    ['a time-out of nothing', ['dev', 'server.ts', '--timeout', '0'], 2, /--timeout.*"0"/],
    ['a name that is none', ['dev', 'server.ts', '--name', 'bad/name'], 2, /--name.*"bad\/name"/],
    ['an entry that is a folder', ['dev', 'examples'], 1, /There is no file .*examples/],
    ['a variable without a name', ['dev', 'server.ts', '--env', '=secret'], 2, /--env takes NAME=VALUE/],
    ['a variable that is not there', ['dev', 'server.ts', '--env', 'NO_SUCH_ONE'], 2, /NO_SUCH_ONE/],
    ['one name for two servers', ['dev', 'a.ts', 'b.ts', '--name', 'x'], 2, /--name is for one server/],
  ])('says what is wrong with %s', async (_, args, code, message) => {
    const ended = await lambdaMcp(...args);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it('says so when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const ended = await lambdaMcp('dev', 'examples/quickstart/server.ts', '--port', String(port));
    expect(ended).toMatchObject({ code: 1, stderr: `lambda-mcp: Port ${port} is taken by another program.\n` });
    other.close();
  });
});
