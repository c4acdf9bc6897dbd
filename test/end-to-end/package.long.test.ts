import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const consumer = mkdtempSync(join(tmpdir(), 'consumer-'));
const installed = join(consumer, 'node_modules/lambda-mcp');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');

/** What a user of each subpath would write; a subpath without one here fails the test. */
const programs: Record<string, string> = {
  './fetch': `
    import { awsFetch, invokeFetch, sigv4Fetch, RequestTooLargeError, type SigV4FetchOptions } from 'lambda-mcp/fetch';
    const options: SigV4FetchOptions = { region: 'us-east-1', retry: { attempts: 2 } };
    const fetches: (typeof fetch)[] = [awsFetch('tools'), invokeFetch('tools'), sigv4Fetch(options)];
    export const size = (error: unknown) => (error instanceof RequestTooLargeError ? error.limit : fetches.length);`,
  './transport': `
    import { Client } from '@modelcontextprotocol/client';
    import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
    export const connect = (client: Client) =>
      Promise.all([
        client.connect(new SigV4ClientTransport('https://a.lambda-url.us-east-1.on.aws/')),
        client.connect(new LambdaInvokeClientTransport('tools', { region: 'us-east-1' })),
      ]);`,
  './transport/v1': `
    import { Client } from '@modelcontextprotocol/sdk/client/index.js';
    import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport/v1';
    export const connect = (client: Client) =>
      Promise.all([
        client.connect(new SigV4ClientTransport('https://a.lambda-url.us-east-1.on.aws/')),
        client.connect(new LambdaInvokeClientTransport('tools', { region: 'us-east-1' })),
      ]);`,
  './server': `
    import { McpServer } from '@modelcontextprotocol/server';
    import { createLambdaHandler, type Caller } from 'lambda-mcp/server';
    import * as z from 'zod';
    const input = z.object({ name: z.string() });
    export const handler = createLambdaHandler(({ caller, request, lambda }) => {
      const who: Caller | undefined = caller;
      const server = new McpServer({ name: lambda?.functionName ?? 'tools', version: who?.accountId ?? request.url });
      server.registerTool('greet', { inputSchema: input }, async ({ name }) => ({ content: [{ type: 'text', text: name }] }));
      return server;
    });
    export const lowLevel = createLambdaHandler(async () => new McpServer({ name: 'n', version: '1' }).server);
    export const answer: Promise<Response> = handler.fetch(new Request('https://a.example/'), {});`,
  './server/v1': `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
    import { createLambdaHandler as ofTheOtherLine } from 'lambda-mcp/server';
    import { createLambdaHandler } from 'lambda-mcp/server/v1';
    const makeServer = () => new McpServer({ name: 'n', version: '1' });
    export const handler = createLambdaHandler(makeServer, { deadlineMargin: 1 });
    export const other = ofTheOtherLine(makeServer);`,
  './server/fetch': `
    import { createLambdaHandler } from 'lambda-mcp/server/fetch';
    export const handler = createLambdaHandler({ fetch: async (request) => new Response(request.body) });`,
  './http': `
    import { type RunningServer, serve } from 'lambda-mcp/http';
    import { createLambdaHandler } from 'lambda-mcp/server/fetch';
    const handler = createLambdaHandler({ fetch: async (request) => new Response(request.body) });
    export const running: Promise<RunningServer> = serve(handler, { path: '/tools', stopTimeout: 1000 });`,
  './server/stdio': `
    import { createLambdaHandler } from 'lambda-mcp/server/stdio';
    export const handler = createLambdaHandler({ command: 'node', env: { TOKEN: process.env.TOKEN } }, { deadlineMargin: 1 });`,
  './local': `
    import { startLocalLambda, type LocalLambda } from 'lambda-mcp/local';
    export const start = (): Promise<LocalLambda> => startLocalLambda({ entry: 'server.ts' });`,
  './infra': `
    import { App, Stack } from 'aws-cdk-lib';
    import { McpAuditTrail, McpFunction } from 'lambda-mcp/infra';
    const stack = new Stack(new App());
    const tools = new McpFunction(stack, 'Tools', { entry: 'server.ts' });
    export const trail = new McpAuditTrail(stack, 'Audit', { functions: [tools] });`,
};

/** What the compiler has against a program in a folder, checking the types of what it imports. */
async function compile(folder: string, subpath: string, program: string): Promise<string> {
  const name = `${subpath.replaceAll(/\W/g, '')}.ts`;
  writeFileSync(join(folder, name), program);
  const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2024'];
  // The types of @modelcontextprotocol/sdk name one of the DOM's.
  const dom = subpath.endsWith('/v1') ? ',dom' : '';
  const types = ['--lib', `es2024,esnext.disposable${dom}`, '--types', 'node'];
  return run(join(root, 'node_modules/.bin/tsc'), [...options, ...types, name], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

beforeAll(async () => {
  // Without its scripts: they would build dist anew under the other tests.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', consumer], { cwd: root });
  mkdirSync(installed, { recursive: true });
  const [tarball = ''] = readdirSync(consumer).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', join(consumer, tarball), '--strip-components=1', '-C', installed]);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'lambda-mcp') {
      symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
    }
  }
  writeFileSync(join(consumer, 'package.json'), '{"type":"module"}');
});

describe('the packed tarball', () => {
  it('holds what is built, and what a reader needs', () => {
    const top = readdirSync(installed).sort();
    expect(top).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    expect(readdirSync(join(installed, 'dist')).sort()).toEqual(
      ['cli', 'infra', 'local', 'server', 'transport', 'wire'].sort(),
    );
    const files = readdirSync(join(installed, 'dist'), { recursive: true }).map(String);
    expect(files.filter((file) => /\.\w+$/.test(file) && !/\.(js|d\.ts)$/.test(file))).toEqual([]);
  });

  it.each(subpaths)('compiles in a consumer of %s that checks its libraries', async (subpath) => {
    const program = programs[subpath];
    if (program === undefined) throw new Error(`No program uses ${subpath}: write one.`);
    expect(await compile(consumer, subpath, program)).toBe('');
  });

  it.each(['./server', './server/v1'])(
    'compiles in a CommonJS consumer of %s, which is what cdk init makes',
    async (subpath) => {
      const common = join(consumer, 'common');
      mkdirSync(common, { recursive: true });
      writeFileSync(join(common, 'package.json'), '{"type":"commonjs"}');
      expect(await compile(common, subpath, programs[subpath] as string)).toBe('');
    },
  );

  it.each(subpaths)('loads %s', async (subpath) => {
    expect((await modulesLoadedBy(subpath)).length).toBeGreaterThan(0);
  });

  it('loads no MCP SDK and no Lambda client for a fetch', async () => {
    const loaded = await modulesLoadedBy('./fetch');
    expect(loaded.filter((url) => /@modelcontextprotocol|@aws-sdk\/|aws-cdk-lib/.test(url))).toEqual([]);
  });

  it('brings a lean tree of dependencies with it', () => {
    const lock: { packages: Record<string, { dev?: true; devOptional?: true; peer?: true; optional?: true }> } =
      JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const shipped = Object.entries(lock.packages)
      .filter(([path, { dev, devOptional, peer, optional }]) => path && !dev && !devOptional && !peer && !optional)
      .map(([path]) => path);
    // What AWS's packages bring, for the most part, five of https-proxy-agent, and leven: a new dependency is to be seen here.
    expect(shipped.length).toBe(37);
    expect(shipped.filter((path) => /modelcontextprotocol|aws-cdk-lib|cloudwatch/.test(path))).toEqual([]);
  });

  it('loads no CDK and no local Lambda for a server', async () => {
    const loaded = await modulesLoadedBy('./server');
    expect(loaded.filter((url) => /@aws-sdk\/|aws-cdk-lib|@smithy|dist\/(local|transport|cli)\//.test(url))).toEqual(
      [],
    );
  });
});

/** Every module that Node resolves when a subpath is imported, in a process of its own. */
async function modulesLoadedBy(subpath: string): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({
      load(url, context, next) {
        loaded.push(url);
        return next(url, context);
      },
    });
    await import('lambda-mcp${subpath.slice(1)}');
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: consumer });
  return JSON.parse(stdout);
}
