import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Listening } from '../../local/listen.ts';
import { runCli } from '../support/cli.ts';
import { type Damaged, damagedCredentials, leakIn } from '../support/damaged-credentials.ts';
import { startEchoingServer } from '../support/echoing-server.ts';

type Env = Record<string, string>;

let server: Listening;
beforeAll(async () => {
  server = await startEchoingServer();
});
afterAll(() => server.close());

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:f';
const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}\n';

/** Every command that calls AWS, by URL and by ARN where it takes both. */
const COMMANDS: Readonly<Record<string, (target: string) => { args: string[]; input?: string }>> = {
  proxy: (target) => ({ args: ['proxy', target, '--log-level', 'debug'], input: list }),
  tools: (target) => ({ args: ['tools', target, '--debug'] }),
  resources: (target) => ({ args: ['resources', target, '--json'] }),
  prompts: (target) => ({ args: ['prompts', target] }),
  call: (target) => ({ args: ['call', target, 'greet', 'name=Ada'] }),
  shell: (target) => ({ args: ['shell', target], input: 'tools\nexit\n' }),
  doctor: (target) => ({ args: ['doctor', target, '--function', 'f'] }),
  grant: () => ({ args: ['grant', ARN, '111122223333', '--apply'] }),
  audit: () => ({ args: ['audit', ARN, '--trail-group', 'trail', '--since', '1h'] }),
};

/** Where the credentials come from. */
const SOURCES: Readonly<Record<string, (each: Damaged, home: string) => Env>> = {
  environment: ({ damaged: { id, secret, token } }) => ({
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: token,
  }),
  'config file': ({ damaged: { id, secret, token } }, home) => {
    const text = `[p]\naws_access_key_id = ${id}\naws_secret_access_key=${secret}\naws_session_token =${token}\n`;
    writeFileSync(join(home, '.aws/credentials'), text);
    return { AWS_PROFILE: 'p' };
  },
  // Damaged values break the JSON as often as not.
  'credential_process, as it is': ({ damaged: { id, secret, token } }, home) => {
    const json = `{"Version": 1, "AccessKeyId": "${id}", "SecretAccessKey": "${secret}", "SessionToken": "${token}"}`;
    return byProcess(home, json, 'cat');
  },
  'credential_process, escaped': ({ damaged: { id, secret, token } }, home) =>
    byProcess(
      home,
      JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: secret, SessionToken: token }),
      'cat',
    ),
  'credential_process that repeats them on stderr': ({ damaged: { id, secret, token } }, home) =>
    byProcess(home, `+ export ${id} ${secret} ${token}`, 'cat >&2; exit 1; echo'),
};

function byProcess(home: string, text: string, how: string): Env {
  writeFileSync(join(home, 'printed'), text);
  writeFileSync(join(home, 'print.sh'), `${how.replace('cat', `cat '${join(home, 'printed')}'`)}\n`);
  writeFileSync(join(home, '.aws/config'), `[default]\ncredential_process = sh ${join(home, 'print.sh')}\n`);
  return {};
}

describe.each(Object.entries(SOURCES))('credentials of the %s', (_, set) => {
  it.each(Object.entries(COMMANDS))(
    'that are damaged are not told by %s',
    async (_, command) => {
      await fc.assert(
        fc.asyncProperty(damagedCredentials, fc.boolean(), async (each, byUrl) => {
          const HOME = mkdtempSync(join(tmpdir(), 'no-secrets-'));
          mkdirSync(join(HOME, '.aws'));
          const { args, input } = command(byUrl ? server.origin : ARN);
          const env = {
            PATH: process.env.PATH ?? '',
            HOME,
            AWS_REGION: 'us-east-1',
            AWS_ENDPOINT_URL: server.origin,
            AWS_EC2_METADATA_DISABLED: 'true',
            ...set(each, HOME),
          };
          const { code, stdout, stderr } = await runCli(args, { env, ...(input !== undefined && { input }) });
          expect(leakIn(stdout + stderr, each), stdout + stderr).toBeUndefined();
          // Nothing ends by an error that nobody explained.
          expect(stderr).not.toMatch(/^\s+at .*\.js:\d+/m);
          expect([0, 1, 3, 4]).toContain(code);
        }),
        // Each run is a process: a failure is not made smaller.
        { numRuns: 3, endOnFailure: true },
      );
    },
    60_000,
  );
});
