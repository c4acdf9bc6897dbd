import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startLocalLambda } from 'lambda-mcp/local';
import { describe, expect, it } from 'vitest';
import { assertNode, assertRuntime } from '../../wire/node-floor.ts';
import { bundleByMcpFunction } from '../support/bundle.ts';
import { callTool } from '../support/call-tool.ts';
import { allOfLambda } from '../support/lambda.ts';
import { serverWith, writeServer } from '../support/server-ways.ts';

const start = (entry: string, options = {}) =>
  startLocalLambda({ entry, principals: [{ name: 'agent', policies: [allOfLambda] }], report: () => {}, ...options });

describe('the entry of a local Lambda', () => {
  it('is bundled anew by reload(), and what ran before runs on when it cannot be', async () => {
    const entry = writeServer({
      files: { 'server.ts': serverWith("import { x } from './x.js';", 'x'), 'x.ts': 'export const x = 1;' },
    });
    await using lambda = await start(entry);
    expect(await callTool(lambda, 't')).toBe('1');
    writeFileSync(join(dirname(entry), 'x.ts'), 'export const x = 2;');
    await lambda.reload();
    expect(await callTool(lambda, 't')).toBe('2');
    writeFileSync(join(dirname(entry), 'x.ts'), 'export const x = ;');
    await expect(lambda.reload()).rejects.toThrow(/x\.ts:1:18: Unexpected ";"/);
    expect(await callTool(lambda, 't')).toBe('2');
  });

  it('leaves a package beside the bundle that looks for its own files', async () => {
    const entry = writeServer({
      files: {
        'server.ts': serverWith("import { version } from 'looks';", 'version'),
        'node_modules/looks/package.json': '{ "name": "looks", "version": "7.0.0", "main": "lib/main.js" }',
        'node_modules/looks/lib/main.js':
          "exports.version = require([__dirname, '..', 'package.json'].join('/')).version;",
      },
    });
    {
      await using lambda = await start(entry);
      expect(await callTool(lambda, 't')).toBe('502 Internal Server Error');
    }
    await using lambda = await start(entry, { nodeModules: ['looks'] });
    expect(await callTool(lambda, 't')).toBe('7.0.0');
    await expect(start(entry, { nodeModules: ['looks', 'gone'] })).rejects.toThrow(/npm install gone$/);
  });

  it('is an error at the start when it cannot be bundled', async () => {
    const entry = writeServer({ files: { 'server.ts': "export * from './gone.ts';" } });
    await expect(start(entry)).rejects.toThrow(/server\.ts:1:15: Could not resolve "\.\/gone\.ts"/);
  });

  it('runs as it is when it is a bundle of McpFunction, or when that is asked for', async () => {
    const entry = writeServer({ files: { 'server.ts': serverWith('', '[import.meta.filename, process.cwd()]') } });
    const [bundle] = bundleByMcpFunction([entry]);
    for (const [file, options] of [
      [bundle?.file ?? '', {}],
      [entry, { bundle: false }],
    ] as const) {
      await using lambda = await start(file, options);
      expect(await callTool(lambda, 't')).toBe(`${file},${dirname(file)}`);
    }
  });

  it('has stacks that show the source, and a log that can be followed', async () => {
    const entry = writeServer({ files: { 'server.ts': serverWith('', "console.log(new Error('here').stack)") } });
    const lines: string[] = [];
    await using lambda = await start(entry, { log: (line: string) => lines.push(line) });
    await callTool(lambda, 't');
    await expect.poll(() => lines.join('\n')).toMatch(/Error: here\n +at .*server\.ts:6:/);
    expect(readFileSync(lambda.logFile, 'utf8').split('\n')).toEqual([...lines, '']);
  });

  it('is bundled into a folder that goes with the local Lambda', async () => {
    const entry = writeServer({ files: { 'server.ts': serverWith('', 'import.meta.filename') } });
    const lambda = await start(entry);
    const file = await callTool(lambda, 't');
    expect(existsSync(file)).toBe(true);
    await lambda.close();
    expect(existsSync(dirname(file))).toBe(false);
  });
});

describe('the floor', () => {
  it.each([
    ['20.20.2', 'lambda-mcp needs Node.js 22.18 or later, and this is 20.20.2'],
    ['22.17.9', 'and this is 22.17.9'],
  ])('Node.js %s is too old', (version, message) => {
    expect(() => assertNode(version)).toThrow(message);
  });

  it.each(['22.18.0', '24.0.0', '26.1.0'])('Node.js %s is not', (version) => {
    expect(() => assertNode(version)).not.toThrow();
  });

  it.each(['', '/v1', '/fetch', '/stdio'])('is told by a server of lambda-mcp/server%s as it loads', async (entry) => {
    const program = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });
      const { createLambdaHandler } = await import('lambda-mcp/server${entry}');
      createLambdaHandler(Object.assign(() => {}, { fetch() {}, command: 'node' }));`;
    const running = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
    await expect(running).rejects.toThrow('lambda-mcp needs Node.js 22.18 or later, and this is 20.20.2');
  });

  it('is what package.json says', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(() => assertNode(engines.node.replace('>=', ''))).not.toThrow();
    expect(() => assertRuntime('nodejs22.x')).not.toThrow();
    expect(() => assertRuntime('nodejs18.x')).toThrow('this is nodejs18.x');
  });
});
