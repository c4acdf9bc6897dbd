import { readFileSync } from 'node:fs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsFetch } from 'lambda-mcp/fetch';
import { bindRequestState, type McpRequestContext } from 'lambda-mcp/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { restApiEvent } from '../support/rest-api-event.ts';

/** One function of each kind: without a REST API, with one, and with one whose events are believed. */
const KINDS = {
  url: {},
  api: { LAMBDA_MCP_REST_API: 'enabled' },
  'api, believed as events of a URL are': { LAMBDA_MCP_REST_API: 'enabled', CALLER_IDENTITY: 'event' },
  'only an api': { LAMBDA_MCP_REST_API: 'only' },
  'believed, but not enabled': { CALLER_IDENTITY: 'api-gateway' },
  'believed api': { LAMBDA_MCP_REST_API: 'enabled', CALLER_IDENTITY: 'api-gateway' },
};
type Kind = keyof typeof KINDS;
const lambdas = {} as Record<Kind, TestLambda>;

beforeAll(async () => {
  for (const [kind, environment] of Object.entries(KINDS)) {
    lambdas[kind as Kind] = await startTestLambda('servers/rest-api.ts', { environment });
  }
});
afterAll(() => Promise.all(Object.values(lambdas).map((lambda) => lambda.close())));

/** Sends an event by Invoke, as whoever has plain `lambda:InvokeFunction` may. */
async function invoke(kind: Kind, event: unknown) {
  const { lambdaEndpoint: endpoint, region, admin: credentials } = lambdas[kind];
  const client = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName: 'mcp-server', Payload: JSON.stringify(event) }),
  );
  client.destroy();
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError) return { failed: JSON.parse(text) };
  const [prelude = '', body = ''] = text.split('\0'.repeat(8));
  return { status: JSON.parse(prelude).statusCode, headers: JSON.parse(prelude).headers, body: JSON.parse(body) };
}

const ARN = 'arn:aws:sts::111122223333:assumed-role/admin/alice';
const authorized = restApiEvent({ requestContext: { authorizer: { principalId: 'alice', plan: 'gold' } } });

describe('an event of a REST API that somebody forges through Invoke', () => {
  it.each(['url', 'believed, but not enabled'] as const)('is refused by a function of kind: %s', async (kind) => {
    const { status, body } = await invoke(kind, restApiEvent());
    expect(status).toBe(400);
    expect(body.error.message).toContain('LAMBDA_MCP_REST_API=enabled');
  });

  it.each(['api', 'only an api', 'api, believed as events of a URL are'] as const)(
    'is answered by a function of kind: %s, which believes nothing of who sent it',
    async (kind) => {
      const { status, headers, body } = await invoke(kind, authorized);
      expect([status, headers['lambda-mcp-caller']]).toEqual([200, 'unverified']);
      expect(body.result).not.toHaveProperty('caller');
      expect(body.result).not.toHaveProperty('authorizer');
      expect(readFileSync(lambdas[kind].logFile, 'utf8')).not.toContain(ARN);
    },
  );

  it('is believed where callerIdentity says so, which is the risk that SECURITY.md names', async () => {
    const { body, headers } = await invoke('believed api', authorized);
    expect(headers['lambda-mcp-caller']).toBe('verified');
    expect(body.result).toMatchObject({ caller: ARN, account: '111122223333', authorizer: { plan: 'gold' } });
    const security = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');
    expect(security).toContain("`callerIdentity: 'api-gateway'`");
  });

  it('of a function URL stays unproven there', async () => {
    const iam = { userArn: ARN, accountId: '111122223333', accessKey: 'ASIAEXAMPLE' };
    const { body, headers } = await invoke('believed api', {
      version: '2.0',
      rawPath: '/',
      rawQueryString: '',
      headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      requestContext: { requestId: 'r', domainName: 'x.invalid', http: { method: 'POST' }, authorizer: { iam } },
      body: restApiEvent().body,
    });
    expect([body.id, headers['lambda-mcp-caller']]).toEqual([1, 'unverified']);
  });
});

describe('the request of a REST API', () => {
  it('has its path without the stage, its query, and each header once', async () => {
    const { body } = await invoke(
      'api',
      restApiEvent({ multiValueQueryStringParameters: { 'a b': ['1', '&'], c: [''] } }),
    );
    expect(body.result.url).toBe('https://abcdefghij.execute-api.us-east-1.amazonaws.com/mcp?a+b=1&a+b=%26&c=');
    expect(body.result.headers).toContainEqual(['x-two', 'a, b']);
  });

  it('has a body in base64', async () => {
    const body = Buffer.from('{"jsonrpc":"2.0","id":"ü","method":"ping"}').toString('base64');
    expect((await invoke('api', restApiEvent({ body, isBase64Encoded: true }))).body.id).toBe('ü');
  });

  it('has the headers that the event lists once, where that is all', async () => {
    const { body } = await invoke('api', restApiEvent({ multiValueHeaders: null, queryStringParameters: { a: '1' } }));
    expect(body.result.headers).toContainEqual(['content-type', 'application/json']);
    expect(body.result.url).toMatch(/\?a=1$/);
  });

  it.each<[object, RegExp]>([
    [{ path: 'mcp' }, /`path` does not begin with/],
    [{ path: null }, /`path` is not a string/],
    [{ headers: ['a'] }, /`headers`/],
    [{ multiValueHeaders: { a: 'b' } }, /`multiValueHeaders`/],
    [{ multiValueHeaders: { 'a b': ['c'] } }, /does not describe an HTTP request/],
    [{ queryStringParameters: { a: 1 } }, /`queryStringParameters`/],
    [{ multiValueQueryStringParameters: { a: '1' } }, /`multiValueQueryStringParameters`/],
    [{ body: {} }, /`body`/],
    [{ requestContext: { domainName: 1 } }, /`requestContext.domainName`/],
  ])('is refused, and told what is wrong with it: %j', async (changes, told) => {
    const { status, body } = await invoke('api', restApiEvent(changes as Record<string, unknown>));
    expect(status).toBe(400);
    expect(body.error.message).toMatch(told);
  });

  it('under another authorization than IAM has no caller', async () => {
    const identity = { userArn: null, accountId: null, accessKey: null, caller: null, user: null, sourceIp: '1.2.3.4' };
    const requestContext = { identity, authorizer: { claims: { sub: 'alice' } } };
    const { body } = await invoke('believed api', restApiEvent({ requestContext }));
    expect(body.result).toMatchObject({ authorizer: { claims: { sub: 'alice' } } });
    expect(body.result).not.toHaveProperty('caller');
  });
});

describe('a request state', () => {
  const codec = (authorizer: McpRequestContext['authorizer']) => {
    const request = new Request('https://x.invalid/', {
      method: 'POST',
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}',
    });
    const lambda = {} as McpRequestContext['lambda'];
    return bindRequestState(
      { caller: undefined, endUser: undefined, authorizer, request, lambda },
      { key: 'k'.repeat(32) },
    );
  };
  const ctx = {} as never;

  it.each([
    [{ principalId: 'alice', integrationLatency: 1 }, { principalId: 'alice', integrationLatency: 2 }, true],
    [{ principalId: 'alice' }, { principalId: 'bob' }, false],
    [{ claims: { sub: 'alice' } }, { claims: { sub: 'alice' } }, true],
    [{ claims: { sub: 'alice' } }, { claims: { sub: 'bob' } }, false],
    [{ claims: { sub: 'alice' } }, undefined, false],
  ])('of one whom an authorizer let in as %j is good for %j: %s', async (made, used, good) => {
    const state = await codec(made).mint('payload', ctx);
    const verified = codec(used).verify(state, ctx);
    if (good) expect(await verified).toBe('payload');
    else await expect(verified).rejects.toThrow();
  });
});

describe('a function that only its REST API may call', () => {
  it('refuses whoever goes around by its URL', async () => {
    const { functionUrl, agent, region } = lambdas['only an api'];
    const response = await awsFetch(functionUrl, { credentials: agent, region })(functionUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('host in front') } });
  });
});
