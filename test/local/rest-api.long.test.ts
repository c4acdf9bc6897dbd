import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { sigv4Fetch } from 'lambda-mcp/fetch';
import type { LocalPrincipal, LocalRestApiOptions, PolicyDocument } from 'lambda-mcp/local';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDev } from '../support/dev.ts';
import { ACCOUNT, startTestLambda, type TestLambda } from '../support/lambda.ts';
import { newPath } from '../support/scratch.ts';

const policy = (Effect: 'Allow' | 'Deny', Resource: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }],
});
const mayCall = policy('Allow', 'arn:aws:execute-api:us-east-1:*:*/prod/POST/mcp');
const ANSWER = { jsonrpc: '2.0', id: 1 };
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const HEADERS = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };

const running: TestLambda[] = [];
afterAll(() => Promise.all(running.map((lambda) => lambda.close())));

async function start(server: string, restApi: LocalRestApiOptions, more = {}) {
  const lambda = await startTestLambda(server, {
    restApi,
    environment: { CALLER_IDENTITY: 'api-gateway' },
    principals: [
      { name: 'caller', policies: [mayCall] },
      { name: 'denied', policies: [mayCall, policy('Deny', '*')] },
      { name: 'stranger', accountId: '444455556666', policies: [mayCall] },
      { name: 'guest' },
    ],
    ...more,
  });
  running.push(lambda);
  return { ...lambda, url: lambda.restApiUrl ?? '' };
}

function as(name: string, lambda: TestLambda, service = 'execute-api') {
  const credentials = lambda.principals.find((principal) => principal.name === name) as LocalPrincipal;
  return sigv4Fetch({ credentials, region: 'us-east-1', service, stateless: false, retry: { attempts: 1 } });
}

async function told(response: Response) {
  return [response.status, response.headers.get('x-amzn-errortype'), await response.json()];
}

describe('a REST API under IAM', () => {
  let lambda: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    lambda = await start('servers/rest-api.ts', {});
  });
  const post = (name: string, init: RequestInit = {}, service?: string) =>
    as(name, lambda, service)(lambda.url, { method: 'POST', body: PING, headers: HEADERS, ...init });

  it('hands on who called, and the path without its stage', async () => {
    const response = await post('caller');
    expect(new URL(lambda.url).pathname).toBe('/prod/mcp');
    expect(await response.json()).toMatchObject({
      ...ANSWER,
      result: {
        caller: `arn:aws:sts::${ACCOUNT}:assumed-role/caller/local`,
        url: expect.stringMatching(/^https:\/\/\w{10}\.execute-api\.us-east-1\.amazonaws\.com\/mcp$/),
      },
    });
    expect(response.headers.get('lambda-mcp-caller')).toBe('verified');
  });

  it('keeps the signature to itself, and adds what it knows', async () => {
    const { result } = (await (await post('caller')).json()) as { result: { headers: [string, string][] } };
    const names = result.headers.map(([name]) => name);
    expect(names).not.toContain('authorization');
    expect(names).toEqual(expect.arrayContaining(['x-amz-security-token', 'x-forwarded-for', 'x-amzn-trace-id']));
  });

  it('serves a stock client whose transport signs', async () => {
    const tools = await start('servers/v2.ts', {});
    const credentials = tools.principals.find(({ name }) => name === 'caller') as LocalPrincipal;
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new SigV4ClientTransport(tools.url, { credentials, region: 'us-east-1', service: 'execute-api' }),
    );
    const { content } = await client.callTool({ name: 'whoami', arguments: {} });
    // Who called is not believed of this server, which does not say `callerIdentity: 'api-gateway'`.
    expect(content).toEqual([{ type: 'text', text: 'unknown' }]);
    await client.close();
  });

  it.each<[string, () => Promise<Response>, number, string, RegExp]>([
    [
      'no signature',
      () => fetch(lambda.url, { method: 'POST' }),
      403,
      'MissingAuthenticationTokenException',
      /^\{"message":"Missing Authentication Token"\}$/,
    ],
    [
      'another path',
      () => as('caller', lambda)(lambda.url.replace('/mcp', '/x'), { method: 'POST' }),
      403,
      'MissingAuthenticationTokenException',
      /Missing Authentication Token/,
    ],
    [
      'no stage',
      () => as('caller', lambda)(lambda.url.replace('/prod', ''), { method: 'POST' }),
      403,
      'MissingAuthenticationTokenException',
      /Missing/,
    ],
    [
      'a signature for lambda',
      () => post('caller', {}, 'lambda'),
      403,
      'InvalidSignatureException',
      /correct service: 'execute-api'/,
    ],
    [
      'another method',
      () => post('caller', { method: 'DELETE' }),
      403,
      'AccessDeniedException',
      /"Message":"User: .*execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\*{8}3333:\w+\/prod\/DELETE\/mcp/,
    ],
    ['nobody’s permission', () => post('guest'), 403, 'AccessDeniedException', /no identity-based policy allows/],
    ['a deny', () => post('denied'), 403, 'AccessDeniedException', /with an explicit deny/],
    ['another account', () => post('stranger'), 403, 'AccessDeniedException', /no resource-based policy/],
  ])('refuses %s', async (_name, ask, status, errorType, body) => {
    const response = await ask();
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, errorType]);
    expect(await response.text()).toMatch(body);
  });

  it('takes 6 MB of event, and no more', async () => {
    expect(await told(await post('caller', { body: 'x'.repeat(6 * 1024 * 1024) }))).toEqual([
      413,
      'RequestEntityTooLargeException',
      { message: 'Request Too Long' },
    ]);
  });

  it('lets in by its resource policy: the account’s own alone, another account’s with their own', async () => {
    const resourcePolicy: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::444455556666:root', `arn:aws:iam::${ACCOUNT}:role/guest`] },
          Action: 'execute-api:Invoke',
          Resource: 'execute-api:/prod/POST/mcp',
        },
      ],
    };
    const api = await start('servers/rest-api.ts', { resourcePolicy, customDomain: true });
    expect(new URL(api.url).pathname).toBe('/mcp');
    for (const name of ['stranger', 'guest']) {
      const response = await as(name, api)(api.url, { method: 'POST', body: PING, headers: HEADERS });
      expect(await response.json()).toMatchObject({ result: { caller: expect.stringContaining(`/${name}/`) } });
    }
  });
});

describe('what API Gateway does to a response', () => {
  let lambda: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    lambda = await start('servers/rest-api-answers.ts', { idleTimeout: 500 });
  });
  const get = (query: Record<string, string>) =>
    as('caller', lambda)(`${lambda.url}?${new URLSearchParams(query)}`, { method: 'POST' });

  it('gives status, headers and cookies, and renames some headers', async () => {
    const headers = {
      'www-authenticate': 'Bearer',
      date: 'x',
      server: 'y',
      via: 'z',
      'x-a': 'b',
      'content-length': '1',
    };
    const response = await get({ prelude: JSON.stringify({ statusCode: 401, headers, cookies: ['a=1', 'b=2'] }) });
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const { headers: seen } = response;
    expect(['www-authenticate', 'server', 'via'].map((name) => seen.get(name))).toEqual([null, null, null]);
    expect(['www-authenticate', 'date', 'server'].map((name) => seen.get(`x-amzn-remapped-${name}`))).toEqual([
      'Bearer',
      'x',
      'y',
    ]);
    expect([seen.get('x-a'), await response.text()]).toEqual(['b', 'body']);
  });

  it.each<[string, Record<string, string>]>([
    ['that failed', { throw: '1' }],
    ['without a prelude', { type: 'text/plain' }],
    ['whose prelude is longer than 16 KB', { pad: String(16 * 1024) }],
  ])('answers 502 to one %s', async (_name, query) => {
    const error = { message: 'Internal server error' };
    expect(await told(await get(query))).toEqual([502, 'InternalServerErrorException', error]);
  });

  it('cuts one that is silent for too long, and no other', async () => {
    await expect(get({ silence: '60000' }).then((response) => response.text())).rejects.toThrow();
    expect(await (await get({ silence: '1' })).text()).toBe('body');
  });

  it('hands on a query decoded, each value', async () => {
    const event = (await (await get({ echo: '1', 'a b': 'ü' })).json()) as Record<string, object>;
    expect(event.multiValueQueryStringParameters).toEqual({ echo: ['1'], 'a b': ['ü'] });
  });
});

describe('a REST API with a Lambda authorizer', () => {
  const entry = fileURLToPath(new URL('../fixtures/authorizers/as-told.ts', import.meta.url));
  let lambda: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    lambda = await start('servers/rest-api.ts', { authorization: { type: 'TOKEN', entry, validation: /[\w-]+/ } });
  });
  const post = (order: object, { url } = lambda) =>
    fetch(url, {
      method: 'POST',
      body: PING,
      headers: { ...HEADERS, authorization: Buffer.from(JSON.stringify(order)).toString('base64url') },
    });
  const authorizerOf = async (response: Response) =>
    ((await response.json()) as { result: { authorizer: Record<string, string> } }).result.authorizer;

  it('hands on what it says, as text', async () => {
    const response = await post({ context: { plan: 'gold', seats: 3, paid: true } });
    expect(await authorizerOf(response)).toMatchObject({
      principalId: 'alice',
      plan: 'gold',
      seats: '3',
      paid: 'true',
    });
    expect(response.headers.get('lambda-mcp-caller')).toBe('unverified');
  });

  it('remembers its answer for a token, not for another, and not where it may not', async () => {
    const ask = async (order: object, api = lambda) => (await authorizerOf(await post(order, api))).asked;
    const first = await ask({ context: { a: 1 } });
    expect(await ask({ context: { a: 1 } })).toBe(first);
    expect(await ask({ context: { a: 2 } })).not.toBe(first);
    const forgetful = await start('servers/rest-api.ts', { authorization: { type: 'TOKEN', entry, resultTtl: 0 } });
    expect([await ask({}, forgetful), await ask({}, forgetful)]).toEqual(['1', '2']);
  });

  const DENIED = 'User is not authorized to access this resource';
  const failed = [500, 'AuthorizerConfigurationException', { message: null }];
  const unauthorized = [401, 'UnauthorizedException', { message: 'Unauthorized' }];
  it.each<[object, unknown[]]>([
    [{ throw: 'Unauthorized' }, unauthorized],
    [{ throw: 'database is down' }, failed],
    [{ effect: 'Deny' }, [403, 'AccessDeniedException', { Message: `${DENIED} with an explicit deny` }]],
    [
      { resource: 'arn:aws:execute-api:us-east-1:111122223333:x/*' },
      [403, 'AccessDeniedException', { Message: DENIED }],
    ],
    [{ action: 'execute-api:ManageConnections' }, [403, 'AccessDeniedException', { Message: DENIED }]],
    [{ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, [403, 'AccessDeniedException', { Message: DENIED }]],
    [{ context: { nested: {} } }, failed],
    [{ answer: {} }, failed],
    [{ answer: null }, failed],
    [{ answer: { principalId: 'a', policyDocument: {} } }, failed],
  ])('that says %j', async (order, answer) => {
    expect(await told(await post(order))).toEqual(answer);
  });

  it('is not asked without its header, or with one that is none of its tokens', async () => {
    expect(await told(await fetch(lambda.url, { method: 'POST', body: PING }))).toEqual(unauthorized);
    const headers = { authorization: 'a b' };
    expect(await told(await fetch(lambda.url, { method: 'POST', body: PING, headers }))).toEqual(unauthorized);
  });

  it.each<[LocalRestApiOptions, RegExp]>([
    [{ authorization: { type: 'TOKEN', entry, identityHeaders: ['A', 'B'] } }, /one identity header/],
    [{ authorization: { type: 'REQUEST', entry, identityHeaders: [] } }, /needs an identity header/],
    [{ authorization: { type: 'REQUEST', entry, resultTtl: 3601 } }, /0 to 3600/],
    [{ authorization: { type: 'REQUEST', entry }, resourcePolicy: mayCall }, /not modelled/],
    [{ path: '/ping' }, /reserved/],
    [{ stage: 'a b' }, /A stage has/],
  ])('cannot be set up: %j', async (options, why) => {
    await expect(start('servers/rest-api.ts', options)).rejects.toThrow(why);
  });
});

describe('lambda-mcp dev --front rest', () => {
  it('has a REST API that its agent may call and no other caller, at the same address the next time', async () => {
    const folder = newPath();
    mkdirSync(folder);
    const dev = await startDev(undefined, ['--front', 'rest'], process.env, folder);
    const url = dev.restApiUrl ?? '';
    const ask = (name: string) => {
      const credentials = dev.principal(name);
      const signed = sigv4Fetch({ credentials, region: dev.region, service: 'execute-api', retry: { attempts: 1 } });
      return signed(url, { method: 'POST', body: PING, headers: HEADERS });
    };
    expect(await (await ask('agent')).json()).toMatchObject({ ...ANSWER, result: {} });
    expect((await ask('admin')).status).toBe(403);
    await dev.close();
    const again = await startDev(undefined, ['--front', 'rest'], process.env, folder);
    expect(again.restApiUrl).toBe(url);
    await again.close();
  });
});

describe('a REST API whose callers have tokens', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const other = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool';
  afterAll(() => void server.close());

  interface Changes {
    readonly claims?: object;
    readonly iss?: string;
    readonly exp?: string;
    readonly key?: typeof privateKey;
  }
  const sign = ({ claims, iss = issuer, exp = '5m', key = privateKey }: Changes = {}) =>
    new SignJWT({ token_use: 'id', aud: 'tools', sub: 'alice', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(iss)
      .setExpirationTime(exp)
      .sign(key);
  const BAD: [string, Changes | string][] = [
    ['another issuer', { iss: 'https://evil.example' }],
    ['its time gone by', { exp: '-1m' }],
    ['another key', { key: other.privateKey }],
    ['none', 'Bearer nothing'],
    [
      'an unsigned one',
      `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
    ],
  ];
  const example = (name: string) => fileURLToPath(new URL(`../../examples/authorizers/${name}.ts`, import.meta.url));
  const environment = { ISSUER: issuer, AUDIENCE: 'tools', JWKS_URI: jwksUri };
  const call = async (url: string, token: Changes | string = {}) => {
    const authorization = typeof token === 'string' ? token : `Bearer ${await sign(token)}`;
    return fetch(url, { method: 'POST', body: PING, headers: { ...HEADERS, authorization } });
  };

  describe.each(['TOKEN', 'REQUEST'] as const)('verified by the example of type %s', (type) => {
    let url: string;
    beforeAll(async () => {
      const entry = example(type.toLowerCase());
      ({ url } = await start('servers/rest-api.ts', { authorization: { type, entry, environment } }));
    });

    it('lets in whom the issuer vouches for', async () => {
      const { result } = (await (await call(url, { claims: { scope: 'read' } })).json()) as { result: object };
      expect(result).toMatchObject({ authorizer: { principalId: 'alice', scope: 'read' } });
    });

    it.each([...BAD, ['another audience', { claims: { aud: 'others' } }] as [string, Changes]])(
      'refuses a token with %s',
      async (_name, token) => {
        expect((await told(await call(url, token))).slice(0, 2)).toEqual([401, 'UnauthorizedException']);
      },
    );
  });

  it('of a user pool: ID tokens without scopes, access tokens with one of the scopes', async () => {
    const base = { type: 'COGNITO_USER_POOLS', issuer, jwksUri } as const;
    const plain = await start('servers/rest-api.ts', { authorization: base });
    const scoped = await start('servers/rest-api.ts', { authorization: { ...base, scopes: ['tools/call'] } });
    const access = (scope: string) => ({ claims: { token_use: 'access', scope } });
    const { result } = (await (await call(plain.url)).json()) as { result: object };
    expect(result).toMatchObject({ authorizer: { claims: { sub: 'alice', token_use: 'id' } } });
    expect((await call(scoped.url, access('openid tools/call'))).status).toBe(200);
    for (const response of [
      await call(plain.url, access('tools/call')),
      await call(scoped.url),
      await call(scoped.url, access('tools/list')),
    ]) {
      expect(await told(response)).toEqual([401, 'UnauthorizedException', { message: 'Unauthorized' }]);
    }
    for (const [name, token] of BAD) {
      const message = name === 'its time gone by' ? 'The incoming token has expired' : 'Unauthorized';
      expect(await told(await call(plain.url, token)), name).toEqual([401, 'UnauthorizedException', { message }]);
    }
  });
});
