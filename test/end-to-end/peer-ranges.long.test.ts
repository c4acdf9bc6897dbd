import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const oldest = (name: string) => `${name}@${/\d[\d.]*/.exec(peerDependencies[name])}`;

/** The SDK's own server line asks for a transport that came with 1.25. */
const OLDEST_SERVER_V1 = '@modelcontextprotocol/sdk@1.25.0';
const CLIENTS = ['@modelcontextprotocol/sdk', '@modelcontextprotocol/client'];

const SERVERS: Record<string, string> = {
  'server.ts': `
    import { McpServer } from '@modelcontextprotocol/server';
    import { createLambdaHandler } from 'lambda-mcp/server';
    export const handler = createLambdaHandler(() => {
      const server = new McpServer({ name: 'n', version: '1' });
      server.registerTool('greet', {}, async () => ({ content: [{ type: 'text', text: 'Hello!' }] }));
      return server;
    });`,
  'server-v1.ts': `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
    import { createLambdaHandler } from 'lambda-mcp/server/v1';
    export const handler = createLambdaHandler(() => {
      const server = new McpServer({ name: 'n', version: '1' });
      server.registerTool('greet', {}, async () => ({ content: [{ type: 'text', text: 'Hello!' }] }));
      return server;
    });`,
};

/** Calls the server named by its argument, with the clients of both lines, by URL and by Invoke. */
const CLIENT = `
  import { Client } from '@modelcontextprotocol/client';
  import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
  import { startLocalLambda } from 'lambda-mcp/local';
  import * as v2 from 'lambda-mcp/transport';
  import * as v1 from 'lambda-mcp/transport/v1';
  const Statement = [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }];
  const principals = [{ name: 'a', policies: [{ Version: '2012-10-17', Statement }] }];
  const lambda = await startLocalLambda({ entry: process.argv[2], principals });
  const options = { credentials: lambda.principals[0], endpoint: lambda.lambdaEndpoint, region: lambda.region };
  for (const [C, line] of [[Client, v2], [ClientV1, v1]]) {
    const url = new line.SigV4ClientTransport(lambda.functionUrl, options);
    for (const transport of [url, new line.LambdaInvokeClientTransport(lambda.functionArn, options)]) {
      const client = new C({ name: 'c', version: '1' });
      await client.connect(transport);
      console.log((await client.callTool({ name: 'greet', arguments: {} })).content[0].text);
      await client.close();
    }
  }
  await lambda.close();
  process.exit();
`;

const STACK = `
  import { App, Stack } from 'aws-cdk-lib';
  import { McpDashboard, McpAuditTrail, McpFunction } from 'lambda-mcp/infra';
  const app = new App();
  const stack = new Stack(app, 'S');
  const functions = [new McpFunction(stack, 'F', { entry: process.argv[2], functionName: 'f' })];
  new McpAuditTrail(stack, 'T', { functions });
  new McpDashboard(stack, 'D', { functions });
  console.log(Object.keys(app.synth().getStackByName('S').template.Resources).length);
`;

// It installs from the registry, which not everybody reaches: for CI, and by hand.
describe.runIf(process.env.SLOW_TESTS)('beside the oldest peers that the ranges name', () => {
  async function install(...packages: string[]): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'peers of-'));
    writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
    });
    const [{ filename }] = JSON.parse(stdout);
    // What was built is in it; to be a dependency it needs no build of its own.
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`, ...packages];
    await run('npm', args, { cwd: folder });
    for (const [name, text] of Object.entries(SERVERS)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'client.mjs'), CLIENT);
    writeFileSync(join(folder, 'stack.mjs'), STACK);
    return folder;
  }

  it('clients and servers work', { timeout: 300_000 }, async () => {
    const folder = await install(...CLIENTS.map(oldest), oldest('@modelcontextprotocol/server'), oldest('esbuild'));
    const { stdout } = await run(process.execPath, ['client.mjs', 'server.ts'], { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual(Array(4).fill('Hello!'));
    await run('npm', ['install', '--ignore-scripts', OLDEST_SERVER_V1], { cwd: folder });
    const v1 = await run(process.execPath, ['client.mjs', 'server-v1.ts'], { cwd: folder });
    expect(v1.stdout.trim().split('\n')).toEqual(Array(4).fill('Hello!'));
  });

  it('the constructs are synthesized', { timeout: 300_000 }, async () => {
    const server = oldest('@modelcontextprotocol/server');
    const folder = await install(oldest('aws-cdk-lib'), oldest('constructs'), server, oldest('esbuild'));
    const { stdout } = await run(process.execPath, ['stack.mjs', 'server.ts'], { cwd: folder });
    expect(Number(stdout.trim())).toBeGreaterThan(10);
  });
});
