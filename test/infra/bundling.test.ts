import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { App, Stack } from 'aws-cdk-lib';
import { LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { esmBundling } from '../../infra/esm-bundling.ts';
import { McpFunction } from '../../infra/index.ts';
import { connect, LINES } from '../support/clients.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

describe('esmBundling', () => {
  it('merges options, and leaves CommonJS without our banner', () => {
    expect(esmBundling({ banner: '/* mine */', minify: false })).toMatchObject({
      format: OutputFormat.ESM,
      minify: false,
      bundleAwsSDK: true,
      banner: expect.stringMatching(/createRequire.*\/\* mine \*\/$/),
    });
    expect(esmBundling({ format: OutputFormat.CJS }).banner).toBeUndefined();
  });

  const project = mkdtempSync(join(tmpdir(), 'lambda-mcp-infra-'));
  afterAll(() => rmSync(project, { recursive: true }));

  it('makes one ES module that loads, CommonJS dependencies included', () => {
    copyFileSync(join(REPOSITORY, 'package-lock.json'), join(project, 'package-lock.json'));
    symlinkSync(join(REPOSITORY, 'node_modules'), join(project, 'node_modules'));
    mkdirSync(join(project, 'lib'));
    writeFileSync(
      join(project, 'lib/legacy.cjs'),
      "const name = 'node:' + 'os'; module.exports = { path: require('path').sep, os: require(name).EOL, dir: __dirname };",
    );
    writeFileSync(
      join(project, 'server.ts'),
      `import { createRequire } from 'node:module';
       import { createLambdaHandler } from ${JSON.stringify(join(REPOSITORY, 'server/handler-fetch.ts'))};
       import legacy from './lib/legacy.cjs';
       const require = createRequire(import.meta.url);
       const __dirname: string = import.meta.dirname;
       export const seen = { ...legacy, own: require('node:path').basename(__dirname) };
       export const handler = createLambdaHandler({ fetch: async () => new Response('ok') });`,
    );
    for (const minify of [true, false]) {
      const asset = bundle(join(project, 'server.ts'), project, minify);
      expect(readdirSync(asset)).toEqual(['index.mjs']);
      expect(loadInNode(join(asset, 'index.mjs'))).toEqual({
        handler: 'function',
        seen: { path: '/', os: '\n', dir: asset, own: basename(asset) },
      });
    }
  });
});

describe.each(['v1', 'v2'])('a bundle with the SDK line %s', (server) => {
  const lambda = lambdaWithBundle(server);

  it.each(LINES)('serves clients of %s', async (line) => {
    const client = await connect(line, 'SigV4', lambda());
    expect(await client.toolNames()).toContain('echo');
    expect(await client.call('echo', { text: line })).toEqual({ isError: false, text: line });
    await client.close();
  });
});

describe.each(['2025-11-25', '2026-07-28'])('a bundle that validates, in protocol %s', (pin) => {
  const lambda = lambdaWithBundle('validating');

  it('checks JSON Schema, structured content and answers to questions as it does unbundled', async () => {
    const client = new Client(
      { name: 'test', version: '1.0.0' },
      {
        capabilities: { elicitation: {} },
        versionNegotiation: { mode: pin === '2025-11-25' ? 'legacy' : { pin } },
      },
    );
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { ok: true } }));
    const { functionUrl, agent, region } = lambda();
    await client.connect(new SigV4ClientTransport(functionUrl, { credentials: agent, region }));
    const call = (name: string, args = {}) => client.callTool({ name, arguments: args });

    expect(await call('double', { x: 21 })).toMatchObject({ structuredContent: { twice: 42 } });
    expect(JSON.stringify(await call('double', { x: 'one' }).catch(({ message }) => message))).toMatch(/integer/);
    expect(JSON.stringify(await call('lie').catch(({ message }) => message))).toMatch(/integer/);
    if (pin === '2026-07-28') {
      expect(await call('confirm')).toMatchObject({ content: [{ type: 'text', text: 'confirmed: true' }] });
    }
    await client.close();
  });

  it('makes a server for each request and for nothing else, and logs nothing else', async () => {
    const { functionUrl, agent, region, logFile } = lambda();
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new SigV4ClientTransport(functionUrl, { credentials: agent, region }));
    await client.listTools();
    await client.close();
    const log = () => readFileSync(logFile, 'utf8');
    const requests = () => log().match(/"method":"(?!notifications)/g)?.length ?? 0;
    await expect.poll(log).toMatch(/"method":"tools\/list"/);
    expect(log().match(/made a server/g)).toHaveLength(requests());
    expect(log()).not.toMatch(/warm-up|Error:/);
  });
});

/** A local Lambda with a fixture as `McpFunction` deploys it. */
function lambdaWithBundle(server: string): () => TestLambda {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-infra-'));
  let lambda: TestLambda;
  beforeAll(async () => {
    const entry = join(REPOSITORY, `test/fixtures/servers/${server}.ts`);
    lambda = await startTestLambda('', { entry: join(bundle(entry, REPOSITORY, true, folder), 'index.mjs') });
  });
  afterAll(async () => {
    await lambda.close();
    rmSync(folder, { recursive: true });
  });
  return () => lambda;
}

/** Bundles a server, in a project that has a lock file, and gives the asset's folder. */
function bundle(entry: string, project: string, minify: boolean, folder = project): string {
  const app = new App({ outdir: mkdtempSync(join(folder, 'out-')) });
  new McpFunction(new Stack(app, 'Stack'), 'Tools', {
    entry,
    depsLockFilePath: join(project, 'package-lock.json'),
    bundling: { minify, logLevel: LogLevel.ERROR },
  });
  const { directory } = app.synth();
  return join(directory, readdirSync(directory).find((name) => name.startsWith('asset.')) ?? 'none');
}

/** Loads a module in a Node of its own, since Vitest gives modules a `require` that Lambda does not. */
function loadInNode(file: string): unknown {
  const program = `const { handler, seen } = await import(${JSON.stringify(pathToFileURL(file).href)});
    console.log(JSON.stringify({ handler: typeof handler, seen }));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}
