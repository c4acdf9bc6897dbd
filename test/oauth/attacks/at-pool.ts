import { createHash, randomBytes } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/server';
import { cognito } from 'lambda-mcp/oauth';
import { createLambdaHandler } from 'lambda-mcp/server';
import { startAuthorizationServer } from '../../../local/authorization-server/start.ts';
import { signIn } from '../../support/sign-in.ts';
import { call } from './at-server.ts';
import type { Attack, Attacks } from './attack.ts';

const CALLBACK = 'http://localhost:33418/callback';
const RESOURCE = 'https://mcp.example.com/';

interface Answer {
  readonly status: number;
  readonly error?: string;
  readonly access_token?: string;
  readonly refresh_token?: string;
}

/** The local authorization server, which stands for Cognito: what it refuses is what Cognito documents to refuse. */
export async function attacksAtPool(): Promise<Attacks> {
  const pool = await startAuthorizationServer({ scopes: ['tools/call'] });
  const { domain, issuer, clients, users } = pool;
  const { clientId: client_id } = clients.people;
  const handler = createLambdaHandler(
    () => {
      const server = new McpServer({ name: 'tools', version: '1.0.0' });
      server.registerTool('whoami', {}, async () => ({ content: [{ type: 'text', text: 'somebody' }] }));
      return server;
    },
    { auth: cognito({ issuer, resource: RESOURCE, allowedClientIds: [client_id] }), logger: () => {} },
  );
  const callServer = (token = '') => call(RESOURCE, token, (...request) => handler.fetch(new Request(...request)));
  const verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');

  /** The page on which somebody signs in; undefined leaves a parameter out. */
  function page(params: Record<string, string | undefined> = {}): URL {
    const asked = {
      ...{ response_type: 'code', client_id, redirect_uri: CALLBACK, state: 'a-state', scope: 'openid tools/call' },
      ...{ resource: RESOURCE, code_challenge, code_challenge_method: 'S256', ...params },
    };
    const given = Object.entries(asked).filter((each): each is [string, string] => each[1] !== undefined);
    return new URL(`/oauth2/authorize?${new URLSearchParams(given)}`, domain);
  }
  const authorize = (params?: Record<string, string | undefined>) =>
    signIn(page(params), users[0] as { username: string; password: string });
  async function post(path: string, params: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${domain}${path}`, { method: 'POST', body: new URLSearchParams(params) });
    const text = await response.text();
    return { status: response.status, ...(text.startsWith('{') ? JSON.parse(text) : {}) };
  }
  const exchange = (back: URL, params: Record<string, string> = {}) =>
    post('/oauth2/token', {
      ...{ grant_type: 'authorization_code', client_id, code: back.searchParams.get('code') ?? '' },
      ...{ redirect_uri: CALLBACK, code_verifier: verifier, ...params },
    });
  const refresh = ({ refresh_token = '' }: Answer) =>
    post('/oauth2/token', { grant_type: 'refresh_token', client_id, refresh_token });
  const revoke = ({ refresh_token: token = '' }: Answer) => post('/oauth2/revoke', { client_id, token });
  const signedIn = async () => exchange(await authorize());

  /** Asks for the page without a browser: whatever is refused here redirects nowhere. */
  async function open(params: Record<string, string | undefined>): Promise<string> {
    const response = await fetch(page(params), { redirect: 'manual' });
    const location = response.headers.get('location');
    const to =
      location === null
        ? 'no redirect'
        : `redirect to ${new URL(location, domain).origin}${new URL(location, domain).search}`;
    return `${response.status}, ${to}: ${await response.text()}`;
  }
  const legal = async () => said(await signedIn());

  const attack = (
    what: string,
    check: string,
    refusal: RegExp,
    attempt: () => Promise<string>,
    legally: () => Promise<string> = legal,
  ): Attack => ({ ...{ at: 'pool', what, check, refusal, attempt, legal: legally } });
  const invalidGrant = /400 invalid_grant/;

  const attacks: Attack[] = [
    attack(
      'a refresh token replayed after rotation',
      'it is good once',
      invalidGrant,
      async () => {
        const first = await signedIn();
        await refresh(first);
        return said(await refresh(first));
      },
      async () => said(await refresh(await signedIn())),
    ),
    attack(
      'what the thief of it got by rotation, after the replay',
      'a replay ends all that came of the sign-in',
      invalidGrant,
      async () => {
        const first = await signedIn();
        const second = await refresh(first);
        await refresh(first);
        return said(await refresh(second));
      },
      async () => said(await refresh(await refresh(await signedIn()))),
    ),
    attack(
      'a refresh token after it was revoked',
      'revocation',
      invalidGrant,
      async () => {
        const made = await signedIn();
        await revoke(made);
        return said(await refresh(made));
      },
      async () => said(await refresh(await signedIn())),
    ),
    {
      ...{
        at: 'pool',
        what: 'the access token of a sign-in that was revoked, at the server',
        check: 'exp: it is good until then',
      },
      refusal: undefined,
      sentence: /a token that was revoked is good until then/,
      async attempt() {
        const made = await signedIn();
        await revoke(made);
        return callServer(made.access_token);
      },
      legal: async () => callServer((await signedIn()).access_token),
    },
    attack('a code replayed', 'it is good once', invalidGrant, async () => {
      const back = await authorize();
      await exchange(back);
      return said(await exchange(back));
    }),
    attack('a code at another redirect URI than it was made for', 'redirect_uri', invalidGrant, async () =>
      said(await exchange(await authorize(), { redirect_uri: 'http://localhost:1/callback' })),
    ),
    attack('a code by another client', 'client_id', /40[01] invalid_(?:grant|client)/, async () =>
      said(await exchange(await authorize(), { client_id: clients.machine.clientId })),
    ),
    attack('an open redirect: the callback on another host', 'redirect_uri, to the letter', /400, no redirect/, () =>
      open({ redirect_uri: 'https://evil.example.com/callback' }),
    ),
    attack('the callback on another port', 'redirect_uri, to the letter', /400, no redirect/, () =>
      open({ redirect_uri: 'http://localhost:33419/callback' }),
    ),
    attack('the callback with a path below it', 'redirect_uri, to the letter', /400, no redirect/, () =>
      open({ redirect_uri: `${CALLBACK}/../other` }),
    ),
    attack('PKCE downgrade: plain', 'code_challenge_method', /error=invalid_request/, () =>
      open({ code_challenge_method: 'plain', code_challenge: verifier }),
    ),
    attack(
      'PKCE downgrade: a code with a challenge, taken without its verifier',
      'code_verifier',
      invalidGrant,
      async () => said(await exchange(await authorize(), { code_verifier: '' })),
    ),
    attack(
      'PKCE downgrade: a code without a challenge, taken with a verifier',
      'code_verifier',
      invalidGrant,
      async () =>
        said(await exchange(await authorize({ code_challenge: undefined, code_challenge_method: undefined }))),
    ),
    attack('a code with another verifier', 'code_verifier', invalidGrant, async () =>
      said(await exchange(await authorize(), { code_verifier: randomBytes(32).toString('base64url') })),
    ),
    attack('tokens in the fragment, by the implicit flow', 'response_type', /error=unsupported_response_type/, () =>
      open({ response_type: 'token' }),
    ),
  ];
  return { attacks, [Symbol.asyncDispose]: () => pool.close() };
}

function said({ status, error, access_token }: Answer): string {
  return access_token ? 'ok' : `${status} ${error}`;
}
