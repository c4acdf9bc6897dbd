import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

let lambda: TestLambda;
beforeAll(async () => {
  lambda = await startTestLambda('servers/showcase.ts');
});
afterAll(() => lambda.close());

const COUNTER = pathToFileURL('test/fixtures/count-modules.ts').href;
/** What signs people in: ours, and the packages that it stands on. */
const SIGN_IN = /\/dist\/cli\/auth\/|\/@modelcontextprotocol\/|\/zod\/|\/oidc-provider\/|\/jose\/|\/aws-jwt-verify\//;

/** The modules that a command loads. */
async function modulesOf(args: string[], changed: Record<string, string> = {}) {
  const log = join(mkdtempSync(join(tmpdir(), 'modules-')), 'log');
  writeFileSync(log, '');
  const env = {
    ...environmentOf(lambda, lambda.agent),
    NODE_OPTIONS: `--import=${COUNTER}`,
    MODULE_LOG: log,
    ...changed,
  };
  const ended = await runCli(args, { env });
  return { ...ended, modules: readFileSync(log, 'utf8').trim().split('\n') };
}

it.each([
  ['call', (url: string) => ['call', url, 'whoami']],
  ['proxy', (url: string) => ['proxy', url]],
  ['shell', (url: string) => ['shell', url]],
  ['doctor', (url: string) => ['doctor', url]],
  ['login --help', () => ['login', '--help']],
  ['--help', () => ['--help']],
])('%s by IAM loads nothing that signs people in', async (_, args) => {
  const { modules } = await modulesOf(args(lambda.functionUrl));
  expect(modules.length).toBeGreaterThan(3);
  expect(modules.filter((url) => SIGN_IN.test(url))).toEqual([]);
});

it('and with --auth oauth it does', async () => {
  const { modules } = await modulesOf(['tools', lambda.functionUrl], { AUTH_METHOD: 'oauth' });
  expect(modules.filter((url) => SIGN_IN.test(url)).length).toBeGreaterThan(5);
});
