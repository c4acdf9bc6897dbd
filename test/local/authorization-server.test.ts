import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../local/authorization-server/start.ts';
import { signIn } from '../support/sign-in.ts';

const RESOURCE = 'https://mcp.example.com/mcp';
const CALLBACK = 'http://localhost:33418/callback';
let pool: AuthorizationServer;
beforeAll(async () => {
  pool = await startAuthorizationServer({ scopes: ['tools/call', 'tools/admin'] });
});
afterAll(() => pool.close());

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Signs in as the pool's user. @returns where the browser is sent at the end */
function authorize(params: Record<string, string>): Promise<URL> {
  const url = new URL(`${pool.domain}/oauth2/authorize`);
  url.search = String(
    new URLSearchParams({
      response_type: 'code',
      client_id: pool.clients.people.clientId,
      redirect_uri: CALLBACK,
      state: 'a-state',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...params,
    }),
  );
  return signIn(url, pool.users[0] as { username: string; password: string });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
async function token(params: Record<string, string>, headers: Record<string, string> = {}): Promise<any> {
  const response = await fetch(`${pool.domain}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(params),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

function exchange(back: URL, params: Record<string, string> = {}) {
  const { clientId: client_id } = pool.clients.people;
  const code = back.searchParams.get('code') ?? '';
  const given = { grant_type: 'authorization_code', client_id, code, redirect_uri: CALLBACK, code_verifier: verifier };
  return token({ ...given, ...params });
}

const machineHeaders = () => {
  const { clientId, clientSecret } = pool.clients.machine;
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
};

describe('the local authorization server behaves like a user pool', () => {
  it('tells its metadata at one place only, and not all of them', async () => {
    const document = await fetch(`${pool.issuer}/.well-known/openid-configuration`);
    const metadata = (await document.json()) as Record<string, unknown>;
    expect(metadata).toMatchObject({ issuer: pool.issuer, token_endpoint: `${pool.domain}/oauth2/token` });
    expect(metadata).not.toHaveProperty('code_challenge_methods_supported');
    const path = new URL(pool.issuer).pathname;
    for (const elsewhere of [
      `/.well-known/oauth-authorization-server${path}`,
      `/.well-known/openid-configuration${path}`,
      '/.well-known/openid-configuration',
    ]) {
      expect((await fetch(pool.domain + elsewhere)).status).toBe(404);
    }
  });

  it('binds a token to the resource that was named', async () => {
    const back = await authorize({ scope: 'openid tools/call', resource: RESOURCE });
    expect(back.searchParams.get('state')).toBe('a-state');
    expect(back.searchParams.has('iss')).toBe(false);
    const { access_token, id_token, refresh_token } = await exchange(back, { resource: RESOURCE });
    expect(decodeProtectedHeader(access_token)).toEqual({ alg: 'RS256', kid: expect.any(String) });
    const claims = decodeJwt(access_token);
    expect(claims).toMatchObject({
      iss: pool.issuer,
      aud: RESOURCE,
      sub: pool.users[0]?.sub,
      username: 'maria',
      client_id: pool.clients.people.clientId,
      token_use: 'access',
    });
    expect(String(claims.scope).split(' ')).toContain('tools/call');
    expect(decodeJwt(id_token)).toMatchObject({ token_use: 'id', aud: pool.clients.people.clientId });
    // It goes on with a refresh, and a refresh token is good once.
    const { clientId: client_id } = pool.clients.people;
    const again = await token({ grant_type: 'refresh_token', client_id, refresh_token });
    expect(decodeJwt(again.access_token).aud).toBe(RESOURCE);
    expect(again.refresh_token).not.toBe(refresh_token);
    const replayed = await token({ grant_type: 'refresh_token', client_id, refresh_token });
    expect(replayed).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('writes no aud where none was named, and gives all scopes where none were asked for', async () => {
    const { access_token } = await exchange(await authorize({}));
    const claims = decodeJwt(access_token);
    expect(claims).not.toHaveProperty('aud');
    expect(String(claims.scope).split(' ')).toEqual(expect.arrayContaining(['tools/call', 'tools/admin']));
  });

  it.each([{}, { resource: RESOURCE }, { scope: 'tools/call' }] as Record<string, string>[])(
    "writes none into a machine's token: %j",
    async (params) => {
      const { access_token } = await token({ grant_type: 'client_credentials', ...params }, machineHeaders());
      const { clientId } = pool.clients.machine;
      const claims = decodeJwt(access_token);
      expect(claims).toMatchObject({ sub: clientId, client_id: clientId, token_use: 'access' });
      expect(claims).not.toHaveProperty('aud');
      expect(claims).not.toHaveProperty('username');
      expect(claims.scope).toBe(params.scope ?? 'tools/call tools/admin');
    },
  );

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another callback', { redirect_uri: 'http://localhost:1/callback' }],
  ])('refuses a code with %s', async (_, params) => {
    expect((await exchange(await authorize({ scope: 'openid' }), params)).status).toBe(400);
  });

  it.each([
    ['another port of the callback', { redirect_uri: 'http://localhost:33419/callback' }],
    ['PKCE that is plain', { code_challenge_method: 'plain' }],
  ])('refuses %s', async (_, params) => {
    await expect(authorize({ scope: 'openid', ...params })).rejects.toThrow(/400|invalid_request/);
  });
});
