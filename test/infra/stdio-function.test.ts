import { App, Stack } from 'aws-cdk-lib';
import { McpFunction, type McpFunctionProps } from 'lambda-mcp/infra';
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
