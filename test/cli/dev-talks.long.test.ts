import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callTool } from '../support/call-tool.ts';
import { bareEnvironment, CLI, runCli } from '../support/cli.ts';
import { newFolder, startDev, startDevServers } from '../support/dev.ts';
import { serverWith, writeServer } from '../support/server-ways.ts';

const root = resolve(import.meta.dirname, '../..');
const settled = { timeout: 20_000 };

/** A server with the tools `t` and `fail`. */
const TALKATIVE = `import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { x } from '../shared/x.js';
export const handler = createLambdaHandler(() => {
  const server = new McpServer({ name: 'talkative', version: '1.0.0' });
  server.registerTool('t', {}, async () => {
    console.log('printed by t');
    return { content: [{ type: 'text', text: x }] };
  });
  server.registerTool('fail', {}, async () => {
    console.error(new RangeError('logged by fail'));
    throw new Error('thrown by fail');
  });
  return server;
});`;

function talkative(): string {
  return writeServer({
    entry: 'src/server.ts',
    files: { 'src/server.ts': TALKATIVE, 'shared/x.ts': "export const x: string = 'one';" },
  });
}

function cli(folder: string, ...args: string[]) {
  return runCli(args, { env: bareEnvironment, cwd: folder });
}

describe('dev says', () => {
  it('whether the server holds and what its tools are, at the start and after each save, wherever the file lies', async () => {
    const entry = talkative();
    const shared = join(dirname(entry), '../shared/x.ts');
    const dev = await startDev(entry);
    await expect.poll(dev.told, settled).toMatch(/src\/server\.ts holds: 2 tools: t, fail \(\d+ ms\)\./);
    writeFileSync(shared, "export const x: string = 'two';");
    await expect.poll(() => callTool(dev, 't'), settled).toBe('two');
    await expect
      .poll(() => dev.events.filter(({ type }) => type === 'loaded'), settled)
      .toMatchObject([
        { ok: true, tools: ['t', 'fail'] },
        { ok: true, tools: ['t', 'fail'] },
      ]);
    expect(dev.told()).toContain('shared/x.ts changed');
    // As editors and branches do it: the whole folder goes, and comes again.
    renameSync(dirname(shared), `${dirname(shared)}-away`);
    await expect.poll(dev.told, settled).toMatch(/src\/server\.ts:3:19: Could not resolve "\.\.\/shared\/x\.js"/);
    mkdirSync(dirname(shared));
    writeFileSync(shared, "export const x: string = 'three';");
    await expect.poll(() => callTool(dev, 't'), settled).toBe('three');
    await dev.close();
  });

  it('one error, with file, line, column and the line of code, until it is mended', async () => {
    const broken = "import { a } from './a.ts';\nimport { b } from './b.ts';\nexport const handler = a + b;";
    const entry = writeServer({ files: { 'server.ts': broken } });
    const dev = await startDev(entry);
    const told = () => dev.told().replaceAll(dirname(entry), '');
    expect(told()).toContain(
      [
        '/server.ts:1:19: Could not resolve "./a.ts"',
        "  1 | import { a } from './a.ts';",
        '    |                   ^^^^^^^^',
        '(and 1 more)',
        '',
      ].join('\n'),
    );
    expect(told()).not.toContain('"./b.ts"');
    expect(await callTool(dev, 't')).toMatch(/^502 /);
    expect(dev.events).toContainEqual(expect.objectContaining({ type: 'failed' }));
    writeFileSync(entry, serverWith('', '1'));
    await expect.poll(() => callTool(dev, 't'), settled).toBe('1');
    await dev.close();
  });

  it('that what is missing has come, though it lies elsewhere', async () => {
    const entry = writeServer({ files: { 'server.ts': serverWith("import { x } from '../elsewhere/x.ts';", 'x') } });
    mkdirSync(join(dirname(entry), '../elsewhere'), { recursive: true });
    const dev = await startDev(entry);
    writeFileSync(join(dirname(entry), '../elsewhere/x.ts'), 'export const x = 5;');
    await expect.poll(() => callTool(dev, 't'), settled).toBe('5');
    await dev.close();
  });

  it.each([
    [
      'throws at its top',
      "throw new Error('no config'); export const handler = 1;",
      /does not hold\. Error: no config\n {4}at .*server\.ts:1:7/,
    ],
    [
      'misses a file of a package’s own',
      "require(['', 'gone', 'package.json'].join('/')); export const handler = 1;",
      /does not hold\. .*Cannot find module '\/gone\/package\.json'[\s\S]*dev --node-modules PACKAGE/,
    ],
    ['exits', 'process.exit(3); export const handler = 1;', /does not hold\. .*exit status 3: it ended its process/],
    ['waits for ever', 'await new Promise(() => {}); export const handler = 1;', /awaits at its top never settles/],
    ['exports no handler', 'export const main = 1;', /server\.ts does not export `handler`\. It exports main\./],
    [
      'exports no function',
      'export const handler = 1;',
      /does not hold\. index\.handler is not a function\. Lambda calls/,
    ],
    [
      'has a factory that throws',
      serverWith('', '1').replace('const server =', "throw new Error('no key'); const server ="),
      /does not hold\. .*Internal error\n {4}Error: no key\n {8}at .*server\.ts:5:/,
    ],
    [
      'has a wrapper that drops the mark',
      serverWith('', '1', 'export const handler = async (event: any, context: any) => made(event, context, context);'),
      /does not hold\. .*called without a response stream: what wraps it has lost the mark/,
    ],
    ['is no MCP server', 'export const handler = async () => ({ statusCode: 200 });', /without a response stream/],
  ])('why a server does not hold that %s', async (_, source, reason) => {
    const dev = await startDev(writeServer({ files: { 'server.ts': source } }));
    await expect.poll(dev.told, settled).toMatch(reason);
    expect(dev.told()).not.toMatch(/^ +at .*(?:local\/execution|node:internal)/m);
    await dev.close();
  });

  it('a line for each call, and beneath it what the function prints, its stacks in the source', async () => {
    const dev = await startDev(talkative());
    await callTool(dev, 't');
    await callTool(dev, 'fail');
    await expect.poll(dev.told, settled).toMatch(/^agent {2}t {2}ok {2}\d+ ms\n {4}printed by t\n/m);
    await expect
      .poll(dev.told, settled)
      .toMatch(
        /\nagent {2}fail {2}tool_error {2}\d+ ms\n {4}RangeError: logged by fail\n {8}at .*src\/server\.ts:11:19/,
      );
    expect(dev.events).toContainEqual(
      expect.objectContaining({ type: 'call', tool: 'fail', outcome: 'tool_error', duration: expect.any(Number) }),
    );
    await dev.close();
  });

  it('none of that with --quiet, but still why a call was refused', async () => {
    const dev = await startDev(talkative(), ['--quiet']);
    await callTool(dev, 't');
    await callTool({ ...dev, principals: [dev.principal('stranger')] }, 't');
    await expect.poll(dev.told, settled).toMatch(/refused: .*stranger/);
    await expect.poll(() => dev.events.map(({ type }) => type), settled).toContain('call');
    expect(dev.told()).not.toMatch(/printed by t| ms$/);
    await dev.close();
  });
});

describe('dev is the same from start to start:', () => {
  it('URL, endpoint and keys, kept for its owner only', async () => {
    const folder = newFolder();
    const entry = talkative();
    const first = await startDev(entry, [], process.env, folder);
    await first.close();
    const kept = join(folder, '.lambda-mcp');
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    expect(statSync(join(kept, 'dev-mcp-server.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(kept, '.gitignore'), 'utf8')).toBe('*\n');
    const second = await startDev(entry, [], process.env, folder);
    const { functionUrl, lambdaEndpoint, principals, logFile, trailFile } = first;
    expect(second).toMatchObject({ functionUrl, lambdaEndpoint, principals, logFile, trailFile });
    // Beside it another one gets its own, and takes nothing away.
    const third = await startDev(entry, [], process.env, folder);
    expect(third.functionUrl).not.toBe(functionUrl);
    expect(third.told()).toMatch(/another dev runs mcp-server in this folder, process \d+/);
    await Promise.all([second.close(), third.close()]);
  });

  it('but for a port that somebody else has taken', async () => {
    const folder = newFolder();
    const entry = talkative();
    const first = await startDev(entry, [], process.env, folder);
    await first.close();
    const { port } = new URL(first.functionUrl);
    const other = createServer().listen(Number(port), '127.0.0.1');
    const second = await startDev(entry, [], process.env, folder);
    expect(second.functionUrl).not.toBe(first.functionUrl);
    expect(second.principals).toEqual(first.principals);
    expect(second.told()).toContain(`Port ${port} is taken`);
    await second.close();
    other.close();
  });

  it('and leaves nothing in the temporary folder', async () => {
    const temporary = newFolder();
    const dev = await startDev(talkative(), [], { ...process.env, TMPDIR: temporary });
    await callTool(dev, 't');
    expect(readdirSync(temporary)).not.toEqual([]);
    expect(await dev.close()).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('nor does it of a stdio server', async () => {
    const temporary = newFolder();
    const command = ['--', process.execPath, join(root, 'test/fixtures/stdio/odd-server.ts')];
    const dev = await startDev('--stdio', command, { ...process.env, TMPDIR: temporary });
    expect(readdirSync(temporary)).not.toEqual([]);
    expect(await dev.close()).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('the target dev', () => {
  it('is the server that runs in the folder or above, as any of its callers', async () => {
    const folder = newFolder();
    const below = join(folder, 'below');
    mkdirSync(below);
    const dev = await startDev(talkative(), [], process.env, folder);
    expect(await cli(below, 'call', 'dev', 't')).toMatchObject({ code: 0, stdout: 'one\n' });
    expect(await cli(folder, 'tools', 'dev', '--as', 'admin')).toMatchObject({
      stdout: expect.stringMatching(/^fail/m),
    });
    expect(await cli(folder, 'call', 'dev', 't', '--as', 'stranger')).toMatchObject({ code: 4 });
    expect((await cli(folder, 'audit', 'dev')).stdout).toMatch(/agent\/local.* t +ok/);
    expect(await cli(folder, 'tools', 'dev', '--as', 'nobody')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no principal "nobody": it has agent, url-only, stranger, admin/),
    });
    expect(await cli(folder, 'tools', 'function:dev', '--as', 'admin')).toMatchObject({ code: 2, stderr: /--profile/ });
    const endpoint = ['--endpoint', dev.lambdaEndpoint, '--region', dev.region];
    expect((await cli(folder, 'tools', 'function:dev', ...endpoint)).stderr).not.toMatch(/No local server/);
    await dev.close();
    expect(await cli(folder, 'tools', 'dev')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No local server runs in this folder.*function:dev/),
    });
  });

  it('is one of several by its name', async () => {
    const folder = newFolder();
    const one = writeServer({ entry: 'one.ts', files: { 'one.ts': serverWith('', "'first'") } });
    const two = writeServer({ entry: 'two.ts', files: { 'two.ts': serverWith('', "'second'") } });
    const dev = await startDevServers([one, two], [], process.env, folder);
    expect(dev.servers.map(({ functionName }) => functionName)).toEqual(['one', 'two']);
    expect((await cli(folder, 'call', 'dev:two', 't')).stdout).toBe('second\n');
    expect(await cli(folder, 'call', 'dev', 't')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/dev:one, dev:two/),
    });
    const called = { type: 'call', server: 'two', text: expect.stringMatching(/^agent {2}t {2}ok/) };
    await expect.poll(() => dev.events, settled).toContainEqual(expect.objectContaining(called));
    expect(dev.servers).toHaveLength(2);
    await dev.close();
  });
});

describe('dev takes', () => {
  const shellCommand = 'node "$0" call "$FUNCTION_URL" t && exit 7';

  it('a command, which gets the server and a key, and whose exit code is its own', async () => {
    const folder = newFolder();
    const command = ['--', 'sh', '-c', shellCommand, CLI];
    expect(await cli(folder, 'dev', talkative(), ...command)).toMatchObject({ code: 7, stdout: 'one\n' });
    const refused = await cli(folder, 'dev', talkative(), '--as', 'stranger', ...command);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(await cli(folder, 'dev', talkative(), '--', 'no-such-program')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no-such-program could not be run/),
    });
  });

  it('the Inspector, which starts a stdio server that signs', async () => {
    const folder = newFolder();
    // In place of npx, which would download it: what the Inspector does with the command that it is given.
    const hello = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}';
    writeFileSync(join(folder, 'npx'), `#!/bin/sh\necho "$2"\nshift 2\necho '${hello}' | "$@"\n`, { mode: 0o755 });
    const ended = await runCli(['dev', talkative(), '--inspector', '--quiet'], {
      env: { ...bareEnvironment, PATH: `${folder}:${bareEnvironment.PATH}` },
      cwd: folder,
    });
    expect(ended.stdout).toMatch(/@modelcontextprotocol\/inspector\n\{.*"name":"fail"/s);
  });

  it('files of variables, which --env goes before', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'one.env'), '\uFEFFA="from one"\nB=from-one\n');
    writeFileSync(join(folder, 'two.env'), 'B=from-two\nC=from-two\n');
    const entry = writeServer({ files: { 'server.ts': serverWith('', "['A', 'B', 'C'].map((n) => process.env[n])") } });
    const files = ['--env-file', 'one.env', '--env-file', 'two.env', '--env', 'C=given'];
    const dev = await startDev(entry, files, process.env, folder);
    expect(await callTool(dev, 't')).toBe('from one,from-two,given');
    await dev.close();
  });

  it('a debugger, of which no call runs out of time', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const slow = serverWith("import { setTimeout } from 'node:timers/promises';", 'await setTimeout(2000, 5)');
    const dev = await startDev(writeServer({ files: { 'server.ts': slow } }), [`--inspect=${port}`, '--timeout', '1']);
    const answer = callTool(dev, 't');
    const targets = async () => (await fetch(`http://127.0.0.1:${port}/json/list`)).text();
    await expect.poll(() => targets().catch(String), settled).toContain('webSocketDebuggerUrl');
    expect(await answer).toBe('5');
    await dev.close();
  });

  it('callers and policies of one’s own', async () => {
    const folder = newFolder();
    const Action = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
    const principals = [
      { name: 'ops', policies: [policy] },
      { name: 'ci', type: 'user' },
    ];
    // Some editors begin a file with a byte order mark.
    writeFileSync(join(folder, 'callers.json'), `\uFEFF${JSON.stringify({ principals })}`);
    const dev = await startDev(talkative(), ['--principals', 'callers.json'], process.env, folder);
    expect(dev.principals.map(({ name }) => name)).toEqual(['ops', 'ci']);
    expect(await callTool(dev, 't')).toBe('one');
    expect(await cli(folder, 'call', 'dev', 't', '--as', 'ci')).toMatchObject({ code: 4 });
    await dev.close();
  });

  it.each([
    ['callers whose policy says a thing twice', ['--principals', 'twice.json'], /"Effect" is written twice/],
    ['callers that are none', ['--principals', 'package.json'], /--principals package\.json takes/],
    ['a caller that there is not', ['--as', 'nobody', '--', 'true'], /no principal "nobody"/],
    ['a command that is missing', ['--'], /Which command\?/],
    ['a port that is none', ['--inspect=x'], /--inspect takes a whole number/],
  ])('not %s', async (_, options, message) => {
    const entry = talkative();
    const folder = join(dirname(entry), '..');
    writeFileSync(join(folder, 'twice.json'), '{"principals":[{"name":"a","policies":[{"Effect":1,"Effect":2}]}]}');
    const ended = await cli(folder, 'dev', entry, ...options);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});

it('without esbuild, dev prints the command that installs it', async () => {
  const folder = newFolder();
  const copy = join(folder, 'node_modules/lambda-mcp');
  for (const path of ['dist', 'package.json']) cpSync(join(root, path), join(copy, path), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (/^\.|^esbuild$|^@esbuild$|^lambda-mcp$/.test(name)) continue;
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'server.ts'), serverWith('', '1'));
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((done) => {
    execFile(
      process.execPath,
      [join(copy, 'dist/cli/main.js'), 'dev', 'server.ts'],
      { cwd: folder },
      (error, _, stderr) => done({ code: error?.code, stderr }),
    );
  });
  expect(stderr).toMatch(/^lambda-mcp: esbuild.* is not installed\. Install it: npm install --save-dev esbuild/);
  expect(code).toBe(1);
  rmSync(folder, { recursive: true });
});
