import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { Writable } from 'node:stream';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer, requireScopes } from '@modelcontextprotocol/server';
import { exportSPKI } from 'jose';
import { serve as serveHttp } from 'lambda-mcp/http';
import { cognito, oidc, type RequestAuth } from 'lambda-mcp/oauth';
import { bindRequestState, createLambdaHandler, type LambdaContext, type LambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createFetchHandler } from 'lambda-mcp/server/fetch';
import { createLambdaHandler as createV1Handler } from 'lambda-mcp/server/v1';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { CallRecord } from '../../wire/call-record.ts';
import { readResponse } from '../../wire/read-response.ts';
import { requestToEvent } from '../../wire/request-to-event.ts';
import { callTool, META_2026, serve } from '../support/served.ts';
import {
  type Changed,
  CLIENT,
  claimsFor,
  ISSUER,
  jwksOf,
  type Key,
  makeKey,
  POOL,
  serveDocuments,
  sign,
} from '../support/token-issuer.ts';

const RESOURCE = 'https://mcp.example.com/mcp';
let key: Key;
let other: Key;
let jwks: { keys: object[] };
const closing: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  [key, other] = [await makeKey('one'), await makeKey('two')];
  jwks = await jwksOf(key);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});

const records: CallRecord[] = [];
const logger = (record: CallRecord) => void records.push(record);

function pool(options: Parameters<typeof cognito>[0] = {}): RequestAuth {
  return cognito({ userPoolId: POOL, resource: RESOURCE, jwks, ...options });
}

const LINES = {
  v2: (auth: RequestAuth) =>
    createLambdaHandler(
      ({ authInfo }) => {
        const server = new McpServer({ name: 'tools', version: '1.0.0' });
        const run = (ctx: { http?: { authInfo?: { clientId: string } } }) =>
          `${authInfo?.user} ${ctx.http?.authInfo?.clientId}`;
        const inputSchema = z.object({});
        server.registerTool('whoami', { inputSchema }, async (_, ctx) => text(run(ctx)));
        server.registerTool('admin', { inputSchema }, async (_, ctx) => text(run(ctx)));
        server.registerTool('sdk', { inputSchema, scopeChallenge: requireScopes('tools/sdk') }, async () =>
          text('sdk'),
        );
        return server;
      },
      { auth, logger },
    ),
  v1: (auth: RequestAuth) =>
    createV1Handler(
      ({ authInfo }) => {
        const server = new McpServerV1({ name: 'tools', version: '1.0.0' });
        const run = (extra: { authInfo?: { clientId: string } }) =>
          text(`${authInfo?.user} ${extra.authInfo?.clientId}`);
        server.registerTool('whoami', { inputSchema: {} }, async (_, extra) => run(extra));
        server.registerTool('admin', { inputSchema: {} }, async (_, extra) => run(extra));
        return server;
      },
      { auth, logger },
    ),
} as const;

const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });

/** Calls a tool with a token, through any host that is not a function URL. */
function call(
  handler: LambdaHandler,
  token: string | undefined,
  name = 'whoami',
  headers: Record<string, string> = {},
) {
  const request = new Request(RESOURCE, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }),
  });
  return handler.fetch(request);
}

describe.each(['v1', 'v2'] as const)('a server made with the SDK line %s', (line) => {
  it('answers whoever is signed in, and tells its tools who that is', async () => {
    const handler = LINES[line](pool());
    const token = await sign(claimsFor(RESOURCE), key);
    const response = await call(handler, token);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(`maria ${CLIENT}`);
    const record = records.at(-1);
    expect(record).toMatchObject({ tokenUser: 'maria', tokenClient: CLIENT, caller: 'unverified', tool: 'whoami' });
    expect(JSON.stringify(record)).not.toContain(token.slice(-20));
  });

  it('answers 401 without a token, and says where to get one', async () => {
    const response = await call(LINES[line](pool({ scopes: ['tools/call'] })), undefined);
    expect(response.status).toBe(401);
    const challenge = response.headers.get('www-authenticate');
    expect(challenge).toContain('scope="tools/call"');
    expect(challenge).toContain('resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"');
    await response.text();
    expect(records.at(-1)).toMatchObject({ status: 401, outcome: 'rejected', method: undefined });
  });

  it("asks for a tool's scopes by 403, beside those of every request", async () => {
    const handler = LINES[line](pool({ scopes: ['tools/call'], toolScopes: { admin: ['tools/admin'] } }));
    const token = await sign(claimsFor(RESOURCE), key);
    expect((await call(handler, token)).status).toBe(200);
    const refused = await call(handler, token, 'admin');
    expect(refused.status).toBe(403);
    const challenge = refused.headers.get('www-authenticate');
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="tools/call tools/admin"');
    expect(challenge).toContain('/.well-known/oauth-protected-resource/mcp"');
    const stepped = await sign(claimsFor(RESOURCE, { scope: 'tools/call tools/admin' }), key);
    expect((await call(handler, stepped, 'admin')).status).toBe(200);
    const none = await sign(claimsFor(RESOURCE, { scope: 'openid' }), key);
    expect((await call(handler, none)).status).toBe(403);
  });
});

it.each(['2025', '2026'] as const)("the SDK's own scopeChallenge works in the era of %s", async (era) => {
  const handler = LINES.v2(pool());
  const token = await sign(claimsFor(RESOURCE), key);
  const headers: Record<string, string> =
    era === '2026' ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'sdk' } : {};
  const params = { name: 'sdk', arguments: {}, ...(era === '2026' && { _meta: META_2026 }) };
  const { status, text: said } = await serve(
    handler,
    { method: 'tools/call', params },
    { authorization: `Bearer ${token}`, ...headers },
  );
  expect([status, said]).toEqual([403, expect.stringContaining('insufficient_scope')]);
});

describe('a token is refused', () => {
  const attacks: readonly (readonly [string, string, (handlers: Attack) => Promise<string> | string])[] = [
    ['of another pool', 'another issuer', () => token({ iss: ISSUER.replace('Tests1', 'Other1') })],
    ['of another client', 'another client', () => token({ client_id: 'someone-elses' })],
    ['for another resource', 'another resource', () => token({ aud: 'https://other.example.com/mcp' })],
    ['for a path beside this one', 'another resource', () => token({ aud: 'https://mcp.example.com/mcp2' })],
    [
      'for another resource, by an allowed client',
      'another resource',
      () => token({ aud: ['https://other.example.com'] }),
    ],
    [
      'signed by another key of the same id',
      'signature is wrong',
      () => sign(claimsFor(RESOURCE), { ...other, kid: 'one' }),
    ],
    ['signed by an unknown key', 'a key that its issuer does not have', () => sign(claimsFor(RESOURCE), other)],
    [
      'signed by another unknown key at once',
      'a key that its issuer does not have',
      () => sign(claimsFor(RESOURCE), { ...other, kid: 'three' }),
    ],
    ['that names no key', 'no JWT that can be read', () => unsigned({ alg: 'RS256' })],
    ['with algorithm none', 'algorithm that is not taken', () => unsigned({ alg: 'none', kid: 'one' })],
    [
      'with algorithm none and no signature',
      'no JWT that can be read',
      () => unsigned({ alg: 'none', kid: 'one' }, ''),
    ],
    ['with HS256 and the public key as its secret', 'algorithm that is not taken', hs256],
    ['that has expired', 'expired', () => token({ exp: 1_700_000_000 })],
    ['that never expires', 'no expiration', () => token({ exp: undefined })],
    ['that is not valid yet', 'not valid yet', () => token({ nbf: Math.floor(Date.now() / 1000) + 3600 })],
    ['that is an ID token', 'no access token', () => token({ token_use: 'id', aud: CLIENT, client_id: undefined })],
    ['that says not what it is for', 'no access token', () => token({ token_use: undefined })],
    ['that names no client', 'names no client', () => token({ client_id: undefined })],
    ['whose claims were changed', 'signature is wrong', changed],
    ['that is no JWT', 'no JWT that can be read', () => 'access-token'],
    ['that is very long', 'no JWT that can be read', () => 'x'.repeat(100_000)],
  ];
  type Attack = undefined;

  const token = (changes: Changed) => sign(claimsFor(RESOURCE, changes), key);

  function unsigned(header: object, signature = 'c2ln'): string {
    return `${encode(header)}.${encode(claimsFor(RESOURCE))}.${signature}`;
  }

  async function hs256(): Promise<string> {
    const body = `${encode({ alg: 'HS256', kid: 'one' })}.${encode(claimsFor(RESOURCE))}`;
    return `${body}.${createHmac('sha256', await exportSPKI(key.publicKey))
      .update(body)
      .digest('base64url')}`;
  }

  async function changed(): Promise<string> {
    const [header, , signature] = (await token({})).split('.');
    return `${header}.${encode(claimsFor(RESOURCE, { username: 'admin' }))}.${signature}`;
  }

  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

  /** The issuer's keys can be read, so that an unknown key is known to be none of its. */
  async function issuer() {
    const documents = await serveDocuments({ '/us-east-1_Tests1/.well-known/jwks.json': jwks });
    closing.push(documents.close);
    return documents;
  }

  it.each(attacks)('%s: %s', async (_, why, make) => {
    // The real issuer's keys lie at AWS; what is read here stands for them.
    const { origin } = await issuer();
    vi.stubGlobal('fetch', redirectTo(origin));
    const handler = LINES.v2(pool({ allowedClientIds: [CLIENT] }));
    expect((await call(handler, await sign(claimsFor(RESOURCE), key))).status).toBe(200);
    const forged = await make(undefined);
    const response = await call(handler, forged);
    vi.unstubAllGlobals();
    const said = await response.text();
    expect([response.status, said]).toEqual([401, expect.stringContaining(why)]);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(said).not.toContain(forged.slice(-30));
  });

  it.each([
    ['Basic dXNlcjpwYXNz', 401],
    ['Bearer', 401],
    ['bearer GOOD', 200],
    ['Bearer GOOD extra', 200],
    ['Bearer bad, Bearer GOOD', 401],
  ])('or taken, as "%s": %d', async (header, status) => {
    const good = await token({});
    const handler = LINES.v2(pool());
    const response = await call(handler, undefined, 'whoami', { authorization: header.replace('GOOD', good) });
    expect(response.status).toBe(status);
  });
});

/** Invokes a function behind a function URL of auth type NONE, whose `auth` is told no URL. */
async function invoke(method: string, path: string, token?: string, requestId = 'id') {
  const auth = cognito({ userPoolId: POOL, jwks });
  const server = { fetch: async () => Response.json({ jsonrpc: '2.0', id: 1, result: {} }) };
  const event = requestToEvent(
    {
      method,
      target: path,
      headers: [
        ['content-type', 'application/json'] as const,
        ...(token ? [['authorization', `Bearer ${token}`] as const] : []),
      ],
      body: Buffer.from(method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' : ''),
    },
    {
      requestId,
      accountId: '111122223333',
      urlId: 'abc',
      domainName: 'abc.lambda-url.us-east-1.on.aws',
      sourceIp: '127.0.0.1',
      time: new Date(),
    } as never,
  );
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const context = {
    awsRequestId: 'id',
    functionName: 'tools',
    getRemainingTimeInMillis: () => 60_000,
  } as LambdaContext;
  await createFetchHandler(server, { auth, logger })(event, Object.assign(stream, { setContentType() {} }), context);
  async function* written() {
    yield* chunks;
  }
  const response = await readResponse(written());
  return { status: response.status, text: await response.text() };
}

/** Sends what is asked of the pool's host to a server of ours. */
function redirectTo(origin: string): typeof fetch {
  const real = fetch;
  return (url, init) => real(String(url).replace('https://cognito-idp.us-east-1.amazonaws.com', origin), init);
}

describe('a token without aud, as machines and unbound clients have it', () => {
  it.each([
    ['is refused where nothing else says that it is for us', {}, 401],
    ['passes by its client', { allowedClientIds: [CLIENT] }, 200],
    ['passes by a scope of our resource server', { resourceServer: 'tools' }, 200],
    ['is refused with the scope of another', { resourceServer: 'tool' }, 401],
    [
      'is refused by a scope where its client is not allowed',
      { resourceServer: 'tools', allowedClientIds: ['x'] },
      401,
    ],
  ] as const)('%s', async (_, options, status) => {
    const token = await sign(claimsFor(undefined, { username: undefined, sub: CLIENT }), key);
    const response = await call(LINES.v2(pool(options)), token);
    expect(response.status).toBe(status);
    const said = await response.text();
    if (status === 200) {
      expect(said).toContain(`undefined ${CLIENT}`);
      expect(records.at(-1)).toMatchObject({ tokenUser: undefined, tokenClient: CLIENT });
    }
  });
});

describe("while the issuer's keys cannot be read", () => {
  it('tokens of a known key pass, and all others are answered 503', async () => {
    const { origin, documents } = await serveDocuments({});
    documents['/us-east-1_Tests1/.well-known/jwks.json'] = 500;
    const auth = cognito({ issuer: `${origin}/us-east-1_Tests1`, resource: RESOURCE, jwks });
    const mine = { iss: `${origin}/us-east-1_Tests1` };
    const handler = LINES.v2(auth);
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await call(handler, await sign(claimsFor(RESOURCE, mine), key))).status).toBe(200);
    const unknown = await call(handler, await sign(claimsFor(RESOURCE, mine), other));
    expect(unknown.status).toBe(503);
    expect(unknown.headers.get('retry-after')).toBe('5');
    expect(unknown.headers.get('www-authenticate')).toBeNull();
    expect(error.mock.calls.join()).toContain('status 500');
    // Once they can be read again, nobody has to wait.
    documents['/us-east-1_Tests1/.well-known/jwks.json'] = await jwksOf(key, other);
    expect((await call(handler, await sign(claimsFor(RESOURCE, mine), other))).status).toBe(200);
  });

  it.each([
    ['no JSON', { keys: 'none' }],
    ['nothing', 404],
  ])('nor if what is read is %s', async (_, document) => {
    const { origin, documents, close } = await serveDocuments({});
    closing.push(close);
    documents['/us-east-1_Tests1/.well-known/jwks.json'] = document;
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const handler = LINES.v2(cognito({ issuer: `${origin}/us-east-1_Tests1`, resource: RESOURCE }));
    const token = await sign(claimsFor(RESOURCE, { iss: `${origin}/us-east-1_Tests1` }), key);
    expect((await call(handler, token)).status).toBe(503);
  });
});

it('keys are read anew every hour, so that one which the issuer withdraws ends here too', async () => {
  const documents = await serveDocuments({ '/us-east-1_Tests1/.well-known/jwks.json': jwks });
  closing.push(documents.close);
  const iss = `${documents.origin}/us-east-1_Tests1`;
  const handler = LINES.v2(cognito({ issuer: iss, resource: RESOURCE }));
  const token = await sign(claimsFor(RESOURCE, { iss, exp: Math.floor(Date.now() / 1000) + 86_400 }), key);
  expect((await call(handler, token)).status).toBe(200);
  expect((await call(handler, token)).status).toBe(200);
  expect(documents.asked).toHaveLength(1);
  documents.documents['/us-east-1_Tests1/.well-known/jwks.json'] = await jwksOf(other);
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    vi.setSystemTime(Date.now() + 3_601_000);
    // The one that notices does not wait.
    expect((await call(handler, token)).status).toBe(200);
    await vi.waitFor(async () => expect((await call(handler, token)).status).toBe(401));
    expect(documents.asked.length).toBeGreaterThan(1);
  } finally {
    vi.useRealTimers();
  }
});

describe('the metadata', () => {
  const get = async (handler: LambdaHandler, url: string, init?: RequestInit) => {
    const response = await handler.fetch(new Request(url, init));
    const said = await response.text();
    return { status: response.status, headers: response.headers, body: said.startsWith('{') ? JSON.parse(said) : said };
  };

  it.each(['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'])(
    'are at %s, for everybody',
    async (path) => {
      const handler = LINES.v2(pool({ scopes: ['tools/call'], resourceName: 'Tools' }));
      const { status, headers, body } = await get(handler, `https://mcp.example.com${path}`);
      expect(status).toBe(200);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(body).toEqual({
        resource: RESOURCE,
        authorization_servers: [ISSUER],
        scopes_supported: ['tools/call'],
        resource_name: 'Tools',
      });
    },
  );

  it('are of no other resource, and of no authorization server, unless it fronts for one', async () => {
    const handler = LINES.v2(pool());
    const origin = 'https://mcp.example.com/.well-known';
    expect((await get(handler, `${origin}/oauth-protected-resource/other`)).status).toBe(404);
    expect((await get(handler, `${origin}/oauth-authorization-server`)).status).toBe(404);
    expect((await get(handler, `${origin}/oauth-protected-resource`, { method: 'POST' })).status).toBe(405);
    expect((await get(handler, 'https://mcp.example.com/mcp')).status).toBe(401);
  });

  it('of the pool, told in its own name, satisfy strict clients', async () => {
    const handler = LINES.v2(pool({ metadataFront: true, domain: 'my-tools' }));
    const origin = 'https://mcp.example.com';
    const { body: resource } = await get(handler, `${origin}/.well-known/oauth-protected-resource/mcp`);
    expect(resource.authorization_servers).toEqual([origin]);
    const { body } = await get(handler, `${origin}/.well-known/oauth-authorization-server`);
    expect(body).toMatchObject({
      issuer: origin,
      authorization_endpoint: 'https://my-tools.auth.us-east-1.amazoncognito.com/oauth2/authorize',
      token_endpoint: 'https://my-tools.auth.us-east-1.amazoncognito.com/oauth2/token',
      code_challenge_methods_supported: ['S256'],
    });
  });

  it('of a function URL name the URL by which it was called, and its tokens may name the host', async () => {
    const { text: root } = await invoke('GET', '/.well-known/oauth-protected-resource');
    expect(JSON.parse(root).resource).toBe('https://abc.lambda-url.us-east-1.on.aws/');
    const { text: path } = await invoke('GET', '/.well-known/oauth-protected-resource/mcp');
    expect(JSON.parse(path).resource).toBe('https://abc.lambda-url.us-east-1.on.aws/mcp');
    for (const aud of ['https://abc.lambda-url.us-east-1.on.aws/', 'https://abc.lambda-url.us-east-1.on.aws/mcp']) {
      const { status } = await invoke('POST', '/mcp', await sign(claimsFor(aud), key));
      expect(status).toBe(200);
    }
    const elsewhere = await sign(claimsFor('https://def.lambda-url.us-east-1.on.aws/'), key);
    expect((await invoke('POST', '/mcp', elsewhere)).status).toBe(401);
  });

  it('of an event that somebody made up for Invoke name nothing', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const good = await sign(claimsFor('https://abc.lambda-url.us-east-1.on.aws/'), key);
    expect((await invoke('POST', '/', good, 'made-up')).status).toBe(500);
  });

  it("a function's own URL is known from its event, and from nothing that a client chose", async () => {
    const auth = cognito({ userPoolId: POOL, jwks });
    const handler = createFetchHandler(
      { fetch: async () => Response.json({ jsonrpc: '2.0', id: 1, result: {} }) },
      { auth, logger },
    );
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const stolen = await sign(claimsFor('https://other.example.com/'), key);
    const response = await handler.fetch(
      new Request('https://other.example.com/', {
        method: 'POST',
        headers: { authorization: `Bearer ${stolen}` },
        body: '{}',
      }),
    );
    expect(response.status).toBe(500);
    expect(error.mock.calls.join()).toContain('MCP_SERVER_URL');
    await expect(serveHttp(handler, { port: 0, handleSignals: false })).rejects.toThrow('MCP_SERVER_URL');
  });
});

describe('what it is told', () => {
  it.each([
    ['us-east-1_Ab1', 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1'],
    ['us-gov-west-1_Ab1', 'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Ab1'],
    ['cn-north-1_Ab1', 'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1'],
    ['eusc-de-east-1_Ab1', 'https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_Ab1'],
  ])('the pool %s in the environment has the issuer %s', async (userPoolId, issuer) => {
    vi.stubEnv('COGNITO_USER_POOL_ID', userPoolId);
    vi.stubEnv('COGNITO_REGION', userPoolId.split('_')[0] as string);
    vi.stubEnv('MCP_SERVER_URL', RESOURCE);
    const document = cognito().describe(
      new Request('https://mcp.example.com/.well-known/oauth-protected-resource'),
      false,
    );
    expect(await document?.json()).toMatchObject({ resource: RESOURCE, authorization_servers: [issuer] });
  });

  it('clients and the resource server may come from the environment', async () => {
    vi.stubEnv('COGNITO_ALLOWED_CLIENT_IDS', ` other , ${CLIENT} `);
    const machine = await sign(claimsFor(undefined), key);
    expect((await call(LINES.v2(pool()), machine)).status).toBe(200);
    vi.stubEnv('COGNITO_ALLOWED_CLIENT_IDS', '');
    expect((await call(LINES.v2(pool()), machine)).status).toBe(401);
    vi.stubEnv('COGNITO_RESOURCE_SERVER', 'tools');
    expect((await call(LINES.v2(pool()), machine)).status).toBe(200);
  });

  it.each([
    [{ userPoolId: undefined }, 'COGNITO_USER_POOL_ID'],
    [{ userPoolId: 'tools' }, 'no user pool id'],
    [{ region: 'eu-west-1' }, 'is in us-east-1'],
    [{ domain: POOL }, 'is a user pool id, not its domain'],
    [{ domain: 'a b' }, 'no domain'],
    [{ userPoolId: 'cn-north-1_Ab1', domain: 'tools' }, 'whole host'],
    [{ metadataFront: true }, 'COGNITO_DOMAIN'],
    [{ issuer: 'https://evil.example/pool' }, 'not on loopback'],
    [{ resource: 'http://mcp.example.com/' }, 'no URL of a server'],
    [{ resource: 'https://mcp.example.com/#x' }, 'no URL of a server'],
  ])('%j is told: %s', (options, said) => {
    expect(() => pool(options)).toThrow(said);
  });

  it('a function that was deployed for OAuth does not start without auth', () => {
    vi.stubEnv('LAMBDA_MCP_AUTH', 'oauth');
    const server = { fetch: async () => new Response() };
    expect(() => createFetchHandler(server)).toThrow('lambda-mcp/oauth');
    expect(() => createLambdaHandler(() => new McpServer({ name: 'a', version: '1' }))).toThrow('lambda-mcp/oauth');
    expect(() => createV1Handler(() => new McpServerV1({ name: 'a', version: '1' }))).toThrow('lambda-mcp/oauth');
    createFetchHandler(server, { auth: pool() });
    vi.unstubAllEnvs();
    expect(() => createFetchHandler(server, { auth: {} as RequestAuth })).toThrow('cognito(');
  });
});

describe('another issuer', () => {
  async function issuer(changed: object = {}) {
    const documents = await serveDocuments({ '/keys': jwks });
    closing.push(documents.close);
    const { origin } = documents;
    documents.documents['/.well-known/openid-configuration'] = {
      issuer: origin,
      jwks_uri: `${origin}/keys`,
      ...changed,
    };
    return documents;
  }
  const claims = (iss: string, changed: Changed = {}) =>
    claimsFor(RESOURCE, { iss, token_use: undefined, username: undefined, ...changed });

  it('is asked once for its keys, and its tokens must be for us', async () => {
    const { origin, asked } = await issuer();
    const handler = LINES.v2(oidc({ issuer: origin, resource: RESOURCE }));
    const response = await call(handler, await sign(claims(origin), key));
    expect(await response.text()).toContain(`9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d ${CLIENT}`);
    const elsewhere = await call(handler, await sign(claims(origin, { aud: 'https://other.example.com' }), key));
    expect(await elsewhere.text()).toContain('another resource');
    const unbound = await call(handler, await sign(claims(origin, { aud: undefined }), key));
    expect(unbound.status).toBe(401);
    expect((await call(handler, await sign(claims(origin, { token_use: 'id' }), key))).status).toBe(401);
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('may use another audience, Azure scopes, and allow few clients', async () => {
    const { origin } = await issuer();
    const auth = oidc({
      issuer: origin,
      resource: RESOURCE,
      audience: 'api://tools',
      allowedClientIds: ['a'],
      scopes: ['x'],
    });
    const handler = LINES.v2(auth);
    const good = { aud: 'api://tools', client_id: undefined, azp: 'a', scope: undefined, scp: ['x'] };
    expect((await call(handler, await sign(claims(origin, good), key))).status).toBe(200);
    expect((await call(handler, await sign(claims(origin, { ...good, azp: 'b' }), key))).status).toBe(401);
    expect((await call(handler, await sign(claims(origin, { ...good, scp: [] }), key))).status).toBe(403);
  });

  it.each([
    ['metadata of another issuer', { issuer: 'https://evil.example' }],
    ['keys in the clear', { jwks_uri: 'http://evil.example/keys' }],
    ['no keys', { jwks_uri: undefined }],
  ])('with %s is no issuer', async (_, changed) => {
    const { origin } = await issuer(changed);
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const handler = LINES.v2(oidc({ issuer: origin, resource: RESOURCE }));
    expect((await call(handler, await sign(claims(origin), key))).status).toBe(503);
  });

  it('has an https: URL', () => {
    expect(() => oidc({ issuer: 'http://idp.example' })).toThrow('no issuer');
    expect(() => oidc({ issuer: 'https://idp.example', jwksUri: 'http://idp.example' })).toThrow('no jwksUri');
  });
});

it('serve listens where others reach it, asks for tokens, and tells the metadata', async () => {
  const handler = LINES.v2(pool());
  const { url, close } = await serveHttp(handler, { port: 0, host: '0.0.0.0', handleSignals: false });
  closing.push(close);
  const local = new URL(url);
  local.hostname = '127.0.0.1';
  const client = new Client({ name: 'test', version: '1.0.0' });
  const token = await sign(claimsFor(RESOURCE), key);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(local, { requestInit }));
  expect(JSON.stringify(await client.callTool({ name: 'whoami', arguments: {} }))).toContain('maria');
  await client.close();
  expect((await fetch(local, { method: 'POST', body: '{}' })).status).toBe(401);
  const document = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', local));
  expect(await document.json()).toMatchObject({ resource: RESOURCE });
  expect((await callTool(LINES.v2(pool()), 'whoami')).status).toBe(401);
});

it("a request's state is good for the user that it was made for", async () => {
  const auth = pool();
  const key32 = 'k'.repeat(32);
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
  const stateOf = async (changed: Changed) => {
    const request = new Request(RESOURCE, {
      method: 'POST',
      headers: { authorization: `Bearer ${await sign(claimsFor(RESOURCE, changed), key)}` },
      body: JSON.stringify(body),
    });
    const authInfo = await auth.authenticate(request, false);
    if (authInfo instanceof Response) throw new Error(await authInfo.text());
    const context = { caller: undefined, endUser: undefined, lambda: {} as LambdaContext, request, authInfo };
    return bindRequestState<string>(context, { key: key32 });
  };
  const ctx = {} as never;
  const state = await (await stateOf({})).mint('plan', ctx);
  await expect((await stateOf({})).verify(state, ctx)).resolves.toBe('plan');
  await expect((await stateOf({ sub: 'somebody-else' })).verify(state, ctx)).rejects.toThrow();
  await expect((await stateOf({ client_id: 'another' })).verify(state, ctx)).rejects.toThrow();
});

const IAM_ALONE = ['server', 'server/v1', 'server/fetch', 'server/stdio', 'http', 'fetch', 'transport', 'local'];

it.each(IAM_ALONE)('lambda-mcp/%s loads nothing of it by itself', (entry) => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import('lambda-mcp/${entry}');
    console.log(JSON.stringify([loaded.length, loaded.filter((url) => /oauth\\/|authorization-server|jwt|jose|oidc/i.test(url))]));`;
  const [count, ofOAuth] = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }),
  );
  expect(count).toBeGreaterThan(10);
  expect(ofOAuth).toEqual([]);
});

it.each(['v1', 'v2'] as const)('a session belongs to who signed in, in %s', async (line) => {
  const server = await serveHttp(LINES[line](pool()), { port: 0, handleSignals: false, sessions: true });
  closing.push(() => server.close());
  const ada = await sign(claimsFor(RESOURCE), key);
  const eve = await sign(claimsFor(RESOURCE, { sub: 'e5e5', username: 'eve' }), key);
  const post = (token: string, message: object, headers: Record<string, string> = {}) =>
    fetch(server.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  const begun = await post(ada, { method: 'initialize', params });
  await begun.text();
  const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') as string };
  const statuses: number[] = [];
  for (const token of [ada, eve, 'none', ada]) {
    const response = await post(token, { method: 'ping' }, session);
    const text = await response.text();
    if (response.status === 404)
      expect(JSON.parse(text).error).toEqual({ code: -32_001, message: 'Session not found' });
    statuses.push(response.status);
  }
  expect(statuses).toEqual([200, 404, 401, 200]);
});
