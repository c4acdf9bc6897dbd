import { globSync, readFileSync, rmSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { McpAuth, McpFunction, type McpFunctionProps, McpUserPool } from 'lambda-mcp/infra';
import { expect, it } from 'vitest';

/** Bundles nothing: `test/end-to-end/stdio-servers.long.test.ts` does, and runs what comes of it. */
const synthesize = (props: McpFunctionProps) => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  new McpFunction(new Stack(app, 'Stack'), 'Fs', props);
  return app.synth();
};

it('takes a command that a layer brings', () => {
  const stdio = { command: '/opt/server/bin/server', args: ['--quiet'], pass: ['TOKEN'] };
  expect(() => synthesize({ stdio })).not.toThrow();
});

it('checks tokens where its people sign in', async () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Stack');
  const pool = new McpUserPool(stack, 'People', { domainPrefix: 'my-tools', scopes: { call: 'Call the tools' } });
  // A command of its own, so that the written file is this test's.
  const command = `/opt/${process.pid}`;
  new McpFunction(stack, 'Fs', { stdio: { command }, auth: McpAuth.userPool(pool) });
  const files = globSync('.lambda-mcp/stdio/*.mjs').filter((file) => readFileSync(file, 'utf8').includes(command));
  const source = readFileSync(files[0] as string, 'utf8');
  for (const file of files) rmSync(file);
  expect(source).toMatch(/import { cognito } from ".*server\/oauth\/index\.js"/);
  expect(source).toContain('{ auth: cognito() }');
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
