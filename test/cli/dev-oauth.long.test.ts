import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeCall } from '../../cli/dev/call-lines.ts';
import type { AuthorizationServer } from '../../local/authorization-server/start.ts';
import type { CallRecord } from '../../wire/call-record.ts';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { type Dev, newFolder, startDev } from '../support/dev.ts';
import { signIn } from '../support/sign-in.ts';

type Pool = Pick<AuthorizationServer, 'issuer' | 'domain' | 'users' | 'clients'>;
let dev: Dev & { pool: Pool };
let folder: string;
beforeAll(async () => {
  const options = ['--auth', 'oauth', '--scope', 'tools/call'];
  folder = newFolder();
  dev = (await startDev('test/fixtures/servers/signed-in.ts', options, process.env, folder)) as Dev & { pool: Pool };
});
afterAll(() => dev.close());

/** The stock client's own sign-in, with a person who has a browser. */
function person(pool: Pool): OAuthClientProvider & { back?: URL } {
  const { clientId, callbackUrls } = pool.clients.people;
  let verifier = '';
  let tokens: never;
  return {
    redirectUrl: callbackUrls[0] as string,
    clientMetadata: { redirect_uris: [callbackUrls[0] as string] },
    clientInformation: () => ({ client_id: clientId }),
    tokens: () => tokens,
    saveTokens: (given) => {
      tokens = given as never;
    },
    saveCodeVerifier: (given) => {
      verifier = given;
    },
    codeVerifier: () => verifier,
    async redirectToAuthorization(url) {
      this.back = await signIn(url, pool.users[0] as { username: string; password: string });
    },
  } as OAuthClientProvider & { back?: URL };
}

describe('dev --auth oauth', () => {
  it('asks the server for its tools as a machine that has signed in', async () => {
    await expect
      .poll(() => dev.events.find(({ type }) => type === 'loaded'), { timeout: 30_000 })
      .toMatchObject({ tools: ['whoami'] });
  });

  it("lets the SDK's stock client sign a person in, and the function knows them", async () => {
    const authProvider = person(dev.pool);
    const url = new URL(dev.functionUrl);
    const first = new StreamableHTTPClientTransport(url, { authProvider });
    await expect(new Client({ name: 'test', version: '1.0.0' }).connect(first)).rejects.toThrow(UnauthorizedError);
    await first.finishAuth(authProvider.back?.searchParams.get('code') as string);
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(url, { authProvider }));
    const answer = await client.callTool({ name: 'whoami', arguments: {} });
    expect(answer.content).toEqual([{ type: 'text', text: 'maria, no IAM' }]);
    await client.close();
    const log = () => readFileSync(dev.logFile, 'utf8');
    await expect.poll(log).toContain('"tokenUser":"maria"');
    const tokens = (await authProvider.tokens()) as { access_token: string };
    expect(log()).not.toContain(tokens.access_token.slice(-20));
  });

  it('is the target dev for a command, which then signs people in by its client', async () => {
    const env = { ...bareEnvironment, BROWSER: 'none', XDG_STATE_HOME: newFolder() };
    const stranger = await runCli(['tools', 'dev'], { env, cwd: folder });
    expect([stranger.code, stranger.stderr]).toEqual([
      3,
      expect.stringContaining(`lambda-mcp login ${dev.functionUrl}`),
    ]);
    const { stderr } = await runCli(['login', 'dev', '--no-browser'], { env, cwd: folder });
    expect(stderr).toContain(`client_id=${dev.pool.clients.people.clientId}`);
    expect(stderr).toContain('redirect_uri=http%3A%2F%2Flocalhost%3A33418%2Fcallback');
  });

  it('refuses strangers, as a function URL tells it', async () => {
    const response = await fetch(dev.functionUrl, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.headers.get('x-amzn-remapped-www-authenticate')).toContain('resource_metadata=');
    const metadata = await fetch(new URL('/.well-known/oauth-protected-resource', dev.functionUrl));
    expect(await metadata.json()).toMatchObject({
      resource: dev.functionUrl,
      authorization_servers: [dev.pool.issuer],
      scopes_supported: ['tools/call'],
    });
  });
});

it("a call's line names who signed in", () => {
  const record = { caller: 'unverified', tool: 'whoami', outcome: 'ok', duration: 1, tokenClient: 'web' } as CallRecord;
  expect(describeCall({ ...record, tokenUser: 'maria' })).toMatch(/^maria by web {2}whoami/);
  expect(describeCall(record)).toMatch(/^web {2}whoami/);
});

it('dev --stdio has people sign in to a stdio server too', async () => {
  const program = resolve('test/fixtures/stdio/odd-server.ts');
  const options = ['--auth', 'oauth', '--scope', 'tools/call', '--', 'node', program];
  const signedIn = (await startDev('--stdio', options)) as Dev & { pool: Pool };
  try {
    expect((await fetch(signedIn.functionUrl, { method: 'POST', body: '{}' })).status).toBe(401);
    // As a machine that has signed in.
    await expect
      .poll(() => signedIn.events.find(({ type }) => type === 'loaded'), { timeout: 30_000 })
      .toMatchObject({
        tools: expect.arrayContaining(['echo']),
      });
  } finally {
    await signedIn.close();
  }
});

it('a function that was deployed for OAuth, and whose code checks nobody, does not start', async () => {
  const dev = await startDev('examples/quickstart/server.ts', ['--auth', 'oauth']);
  try {
    await expect.poll(() => dev.told(), { timeout: 30_000 }).toContain('its code checks nobody');
    expect((await fetch(dev.functionUrl, { method: 'POST', body: '{}' })).status).toBe(502);
  } finally {
    await dev.close();
  }
});

it('dev does not put a REST API, which is under IAM, in front of a server that people sign in to', async () => {
  const args = ['dev', 'server.ts', '--auth', 'oauth', '--front', 'rest'];
  const { stderr, code } = await runCli(args, { env: bareEnvironment });
  expect([code, stderr]).toEqual([2, expect.stringContaining('Leave one of them out')]);
});

it('dev --auth takes iam or oauth', async () => {
  const { stderr, code } = await runCli(['dev', 'server.ts', '--auth', 'token'], { env: bareEnvironment });
  expect([code, stderr]).toEqual([2, expect.stringContaining('iam or oauth')]);
});
