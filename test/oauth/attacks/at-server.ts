import { createHmac } from 'node:crypto';
import { resolve } from 'node:path';
import { McpServer } from '@modelcontextprotocol/server';
import { exportSPKI } from 'jose';
import { type LocalLambda, startLocalLambda } from 'lambda-mcp/local';
import { oidc } from 'lambda-mcp/oauth';
import { createLambdaHandler } from 'lambda-mcp/server';
import { freePort } from '../../../cli/dev/pool-variables.ts';
import {
  type Changed,
  CLIENT,
  claimsFor,
  jwksOf,
  makeKey,
  POOL,
  serveDocuments,
  sign,
} from '../../support/token-issuer.ts';
import type { Attack, Attacks } from './attack.ts';

const ENTRY = resolve(import.meta.dirname, '../../fixtures/servers/signed-in.ts');
const KEYS = `/${POOL}/.well-known/jwks.json`;
const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A function behind a function URL of auth type NONE, and an issuer whose keys the attacker's tokens are measured by. */
export async function attacksAtServer(): Promise<Attacks> {
  const [key, other] = [await makeKey('one'), await makeKey('two')];
  const jwks = await jwksOf(key);
  await using starting = new AsyncDisposableStack();
  const pool = await serveDocuments({ [KEYS]: jwks });
  starting.defer(pool.close);
  const ailing = await serveDocuments({ [KEYS]: jwks });
  starting.defer(ailing.close);
  const start = async (origin: string) => starting.use(await startFunction(`${origin}/${POOL}`));
  const [main, second] = [await start(pool.origin), await start(ailing.origin)];
  const running = starting.move();

  const url = main.functionUrl;
  const issuer = `${pool.origin}/${POOL}`;
  const token = (changed: Changed = {}, by = key) => sign(claimsFor(url, { iss: issuer, ...changed }), by);
  const good = () => token().then((each) => call(url, each));
  const now = () => Math.floor(Date.now() / 1000);
  const unsigned = (header: object) => `${encode(header)}.${encode(claimsFor(url, { iss: issuer }))}`;
  // In this process, whose log is this run's own output.
  const oidcCall = async (document: object | number, iss?: string) => {
    const { error } = console;
    console.error = () => {};
    const documents = await serveDocuments({ '/keys': jwks, '/.well-known/openid-configuration': document });
    try {
      const { origin } = documents;
      if (typeof document === 'object') Object.assign(document, { issuer: iss ?? origin, jwks_uri: `${origin}/keys` });
      const resource = 'https://mcp.example.com/';
      const server = createLambdaHandler(newServer, { auth: oidc({ issuer: origin, resource }), logger: () => {} });
      const claims = claimsFor(resource, { iss: origin, token_use: undefined });
      return await call(resource, await sign(claims, key), (...request) => server.fetch(new Request(...request)));
    } finally {
      console.error = error;
      documents.close();
    }
  };

  const refused = (
    what: string,
    check: string,
    refusal: RegExp,
    attempt: () => Promise<string>,
    legal = good,
  ): Attack => ({
    ...{ at: 'server', what, check, refusal, attempt, legal },
  });
  const forged = (what: string, check: string, refusal: RegExp, make: () => string | Promise<string>) =>
    refused(what, check, refusal, async () => call(url, await make()));

  const attacks: Attack[] = [
    forged('a token of another pool', 'iss', /401.*another issuer/, () =>
      token({ iss: issuer.replace('Tests1', 'Other1') }),
    ),
    forged('a token of another client', 'client_id, among the allowed ones', /401.*another client/, () =>
      token({ client_id: 'somebody-elses' }),
    ),
    forged('a token for another resource', 'aud', /401.*another resource/, () =>
      token({ aud: 'https://other.example.com/' }),
    ),
    forged('a token signed by another key, under the id of the right one', 'signature', /401.*signature is wrong/, () =>
      token({}, { ...other, kid: 'one' }),
    ),
    forged(
      'a token signed by a key that the pool does not have',
      'kid, among the pool’s keys',
      /401.*key that its issuer/,
      () => token({}, other),
    ),
    forged(
      'algorithm none',
      'alg',
      /401.*algorithm that is not taken/,
      () => `${unsigned({ alg: 'none', kid: 'one' })}.c2ln`,
    ),
    forged(
      'algorithm HS256, with the public key as its secret',
      'alg',
      /401.*algorithm that is not taken/,
      async () => {
        const body = unsigned({ alg: 'HS256', kid: 'one' });
        const secret = await exportSPKI(key.publicKey);
        return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
      },
    ),
    forged('a token whose claims were changed', 'signature', /401.*signature is wrong/, async () => {
      const [header, , signature] = (await token()).split('.');
      return `${header}.${encode(claimsFor(url, { iss: issuer, username: 'admin' }))}.${signature}`;
    }),
    forged('a token that has expired', 'exp', /401.*has expired/, () => token({ exp: now() - 5 })),
    forged('a token that is not yet valid', 'nbf', /401.*not valid yet/, () => token({ nbf: now() + 3600 })),
    forged('an ID token', 'token_use', /401.*no access token/, () => token({ token_use: 'id', aud: CLIENT })),
    forged('a token without a scope that is needed', 'scope', /403.*insufficient_scope/i, () =>
      token({ scope: 'openid' }),
    ),
    refused(
      'a token of a machine that is not allowed by name',
      'client_id, where there is no aud',
      /401.*another client/,
      async () => call(url, await token({ aud: undefined, client_id: 'stray', username: undefined })),
      async () => call(url, await token({ aud: undefined, username: undefined })),
    ),
    refused('a token in the URL', 'Authorization alone is read', /401/, async () =>
      call(`${url}?access_token=${await token()}`, undefined),
    ),
    refused(
      'a token for another host, which X-Forwarded-Host names',
      'the server’s own URL, not what a client says',
      /401.*another/,
      async () =>
        call(url, await token({ aud: 'https://other.example.com/' }), fetch, {
          'x-forwarded-host': 'other.example.com',
          forwarded: 'host=other.example.com;proto=https',
        }),
    ),
    refused(
      'a token of an unknown key, while the pool’s keys cannot be read; a known one passes',
      'keys: 503, not 401',
      /503.*cannot be read/,
      async () => {
        const of = (by: typeof key) => sign(claimsFor(second.functionUrl, { iss: `${ailing.origin}/${POOL}` }), by);
        ailing.documents[KEYS] = 500;
        const known = await call(second.functionUrl, await of(key));
        return known === 'ok' ? call(second.functionUrl, await of(other)) : `a known key: ${known}`;
      },
      async () =>
        call(second.functionUrl, await sign(claimsFor(second.functionUrl, { iss: `${ailing.origin}/${POOL}` }), key)),
    ),
    refused(
      '500 from the issuer’s discovery',
      'metadata: 503, not 401',
      /503.*cannot be read/,
      () => oidcCall(500),
      () => oidcCall({}),
    ),
    refused(
      'discovery that tells of another issuer',
      'issuer, in the metadata',
      /503.*are of another issuer/,
      () => oidcCall({}, 'https://evil.example.com'),
      () => oidcCall({}),
    ),
  ];
  return { attacks, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function newServer(): McpServer {
  const server = new McpServer({ name: 'signed-in', version: '1.0.0' });
  server.registerTool('whoami', {}, async () => ({ content: [{ type: 'text', text: 'somebody' }] }));
  return server;
}

async function startFunction(issuer: string): Promise<LocalLambda> {
  const port = await freePort();
  const environment = {
    LAMBDA_MCP_AUTH: 'oauth',
    MCP_SERVER_URL: `http://127.0.0.1:${port}/`,
    COGNITO_ISSUER: issuer,
    COGNITO_ALLOWED_CLIENT_IDS: CLIENT,
  };
  return startLocalLambda({ entry: ENTRY, authType: 'NONE', port, environment, report: () => {} });
}

/** Calls a tool. @returns `ok` when it was let in, else status and body */
export async function call(
  url: string,
  token: string | undefined,
  send: typeof fetch = fetch,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await send(url, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(CALL),
  });
  const text = await response.text();
  return response.ok && text.includes('"content"') ? 'ok' : `${response.status} ${text}`;
}
