import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { McpFunction, type McpFunctionProps } from 'lambda-mcp/infra';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { afterAll, expect, it } from 'vitest';
import { connect } from '../support/clients.ts';
import { allOfLambda, urlPermissions } from '../support/lambda.ts';

const out = mkdtempSync(join(tmpdir(), 'lambda-mcp-stdio-'));
afterAll(() => rmSync(out, { recursive: true }));

const synthesize = (props: McpFunctionProps, outdir?: string) => {
  const app = new App(outdir ? { outdir } : { context: { 'aws:cdk:bundling-stacks': [] } });
  new McpFunction(new Stack(app, 'Stack'), 'Fs', props);
  return app.synth();
};

it('packs a stdio server with all that it needs, and it serves from there', { timeout: 240_000 }, async () => {
  synthesize({ stdio: { package: '@modelcontextprotocol/server-everything' } }, out);
  const asset = readdirSync(out).find((name) => existsSync(join(out, name, 'index.mjs'))) as string;
  const lambda = await startLocalLambda({
    entry: join(out, asset, 'index.mjs'),
    principals: [{ name: 'agent' }, { name: 'admin', policies: [allOfLambda] }],
    permissions: urlPermissions('agent'),
  });
  const [agent, admin] = lambda.principals as [LocalPrincipal, LocalPrincipal];
  for (const way of ['SigV4', 'Invoke'] as const) {
    for (const line of ['v1', 'v2, 2026'] as const) {
      const client = await connect(line, way, { ...lambda, agent, admin });
      expect(await client.call('echo', { message: line })).toEqual({ isError: false, text: `Echo: ${line}` });
      await client.close();
    }
  }
  await lambda.close();
});

it('takes a command that a layer brings', () => {
  const stdio = { command: '/opt/server/bin/server', args: ['--quiet'], pass: ['TOKEN'] };
  expect(() => synthesize({ stdio })).not.toThrow();
});

it.each<[McpFunctionProps, string]>([
  [{}, 'give entry, or stdio with either a package or a command'],
  [{ stdio: {} }, 'give entry, or stdio'],
  [{ entry: 'server.ts', stdio: { command: 'x' } }, 'give entry, or stdio'],
  [{ stdio: { package: 'not-there-at-all' } }, 'not-there-at-all is not installed'],
  [{ stdio: { package: 'vitest', bin: 'other' } }, 'has the programs vitest'],
  [{ stdio: { package: 'constructs' } }, 'has the programs none'],
])('says what is missing: %j', (props, said) => {
  expect(() => synthesize(props)).toThrow(said);
});
