import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { awsFetch, type InvokeFetchOptions, invokeFetch, RequestTooLargeError, TargetError } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEvent } from '../../local/event-stream.ts';
import { readFunctionTarget } from '../../transport/function-target.ts';
import { toEvent } from '../../transport/invocation/to-event.ts';
import { readOutgoingRequest } from '../../transport/outgoing-request.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';
import { contents, newPath } from '../support/scratch.ts';

/** What ends a streaming function's prelude. */
const NULS = '\0'.repeat(8);
const url = 'https://anything.example/path?a=1&a=2';
const call = (name: string, args: unknown = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
});

let lambda: TestLambda;
beforeAll(async () => {
  lambda = await startTestLambda('servers/v2.ts', { timeout: 5000, aliases: ['live'] });
});
afterAll(() => lambda.close());

const asAdmin = (options: InvokeFetchOptions = {}) =>
  invokeFetch(lambda.functionArn, { credentials: lambda.admin, endpoint: lambda.lambdaEndpoint, ...options });

describe('a function by its name', () => {
  it.each([
    ['tools', { functionName: 'tools', region: undefined, qualifier: undefined }],
    ['tools:live', { functionName: 'tools', region: undefined, qualifier: 'live' }],
    ['tools:$LATEST', { functionName: 'tools', region: undefined, qualifier: '$LATEST' }],
    [
      'arn:aws:lambda:eu-west-1:111122223333:function:tools',
      {
        functionName: 'arn:aws:lambda:eu-west-1:111122223333:function:tools',
        region: 'eu-west-1',
        qualifier: undefined,
      },
    ],
    [
      'arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:tools:3',
      {
        functionName: 'arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:tools',
        region: 'us-gov-west-1',
        qualifier: '3',
      },
    ],
  ])('%s', (target, expected) => {
    expect(readFunctionTarget(target)).toMatchObject(expected);
  });

  it.each(['', 'a b', 'arn:aws:s3:::bucket', 'arn:aws:lambda:eu-west-1:1:function:f', 'x'.repeat(65)])(
    'refuses %j',
    (target) => {
      expect(() => invokeFetch(target)).toThrow(TargetError);
    },
  );
});

describe('the event', () => {
  it.each([
    ['arn:aws-eusc:lambda:eusc-de-east-1:111122223333:function:tools', '111122223333'],
    ['111122223333:function:tools', '111122223333'],
    ['tools', '000000000000'],
  ])('for %s is of the account %s', async (functionName, accountId) => {
    const request = await readOutgoingRequest(url, call('anything'));
    expect(toEvent(request, functionName).requestContext).toMatchObject({ accountId });
  });
});

describe('awsFetch', () => {
  it('takes a URL, an ARN or a name', async () => {
    const { functionUrl, functionArn, functionName, region, lambdaEndpoint: endpoint } = lambda;
    for (const target of [functionUrl, new URL(functionUrl), functionArn, functionName]) {
      const fetch = awsFetch(target, { credentials: lambda.admin, region, endpoint });
      const at = String(target).startsWith('http') ? String(target) : url;
      expect(await (await fetch(at, call('echo', { text: 'hi' }))).text()).toContain('"hi"');
    }
  });

  it('refuses what is none of them', () => {
    expect(() => awsFetch('ftp://example.com/')).toThrow(TargetError);
    expect(() => awsFetch('https://')).toThrow(TargetError);
    expect(() => awsFetch('not a name')).toThrow(TargetError);
    expect(() => awsFetch('git+https://example.com/')).toThrow(/"git\+https:\/\/example\.com\/" is not an https URL/);
  });
});

describe('an invocation', () => {
  it('carries the request as the event of a function URL', async () => {
    const echo = await startTestLambda('servers/event-echo.ts');
    const fetch = invokeFetch(echo.functionName, {
      credentials: echo.admin,
      region: echo.region,
      endpoint: echo.lambdaEndpoint,
    });
    const response = await fetch(url, { method: 'PUT', headers: { 'x-a': 'b', cookie: 'c=1; d=2' }, body: 'grüße' });
    expect(response.status).toBe(299);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[\da-f-]{36}$/);
    expect(await response.json()).toMatchObject({
      version: '2.0',
      rawPath: '/path',
      rawQueryString: 'a=1&a=2',
      cookies: ['c=1', 'd=2'],
      headers: { 'x-a': 'b' },
      requestContext: { http: { method: 'PUT' } },
      body: 'grüße',
    });
    await echo.close();
  });

  it('may be of an alias', async () => {
    expect((await asAdmin({ qualifier: 'live' })(url, call('echo', { text: 'x' }))).status).toBe(200);
    expect((await asAdmin({ qualifier: 'gone' })(url, call('echo', { text: 'x' }))).status).toBe(404);
  });

  it('may go through a client of the caller’s own', async () => {
    const client = new LambdaClient({
      endpoint: lambda.lambdaEndpoint,
      region: lambda.region,
      credentials: lambda.admin,
    });
    const response = await invokeFetch(lambda.functionName, { client })(url, call('echo', { text: 'mine' }));
    expect(await response.text()).toContain('mine');
    client.destroy();
  });

  it('larger than 6 MB is not sent, and says its size and the limit', async () => {
    const sending = asAdmin({ endpoint: 'http://127.0.0.1:9' })(url, call('length', { text: '"'.repeat(2_100_000) }));
    await expect(sending).rejects.toThrow(RequestTooLargeError);
    await expect(sending).rejects.toMatchObject({ limit: 6291456, size: expect.any(Number) });
  });

  it.each<[string, RequestInit, number]>([
    ['a GET for a stream', { headers: { accept: 'text/event-stream' } }, 405],
    ['a notification', { method: 'POST', body: '{"jsonrpc":"2.0","method":"notifications/initialized"}' }, 202],
  ])('is not made for %s', async (_, init, status) => {
    expect((await asAdmin({ endpoint: 'http://127.0.0.1:9' })(url, init)).status).toBe(status);
  });

  it('ends with its signal: before, while it is silent', async () => {
    const aborted = AbortSignal.abort(new Error('given up'));
    await expect(asAdmin()(url, { ...call('wait'), signal: aborted })).rejects.toThrow('given up');
    const file = newPath();
    const silent = new AbortController();
    const waiting = asAdmin()(url, { ...call('wait', { file }), signal: silent.signal }).then((r) => r.text());
    waiting.catch(() => {});
    await expect.poll(() => contents(file), { timeout: 5000 }).toBe('began;');
    silent.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});

describe('a response that nobody reads', () => {
  // The AWS client holds 50 connections: one that is not given back is missed at the 51st request.
  it.each([
    ['without a body', { statusCode: 204 }],
    ['given up', { statusCode: 202 }],
  ])('%s gives its connection back', async (how, prelude) => {
    const answers = await startTestLambda('servers/answers.ts');
    const options = { credentials: answers.admin, endpoint: answers.lambdaEndpoint };
    const fetch = invokeFetch(answers.functionArn, options);
    const target = new URL(`/prelude/${encodeURIComponent(JSON.stringify(prelude))}`, url);
    for (let request = 0; request < 60; request += 1) {
      const response = await fetch(target, { method: 'POST', body: '{}' });
      expect(response.status).toBe(prelude.statusCode);
      if (how === 'given up') await response.body?.cancel();
    }
    await answers.close();
  });
});

describe('credentials that went stale', () => {
  it('are renewed on the connections that there are', async () => {
    let requests = 0;
    let connections = 0;
    /** Takes every other request for stale. */
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        requests += 1;
        if (requests % 2 === 1) {
          response.writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException' });
          return response.end('{"message":"The security token included in the request is expired"}');
        }
        const answer = encodeEvent(
          'PayloadChunk',
          'application/octet-stream',
          Buffer.from(`{"statusCode":202}${NULS}`),
        );
        response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).write(answer);
        return response.end(encodeEvent('InvokeComplete', 'application/json', Buffer.from('{}')));
      });
    });
    server.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    let renewals = 0;
    const credentials: InvokeFetchOptions['credentials'] = async (asked) => {
      if (asked?.forceRefresh) renewals += 1;
      return { ...lambda.admin, sessionToken: `${renewals}` };
    };
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fetch = invokeFetch(lambda.functionArn, { credentials, endpoint });
    for (let request = 0; request < 10; request += 1) {
      const response = await fetch(url, { method: 'POST', body: 'x' });
      expect(response.status).toBe(202);
      await response.text();
    }
    expect({ requests, renewals }).toEqual({ requests: 20, renewals: 10 });
    // A refused request's connection may not be back yet when the next is sent.
    expect(connections).toBeLessThanOrEqual(2);
    server.close();
    server.closeAllConnections();
  });
});

describe('what goes wrong', () => {
  it('without permission is a 403 that says who may not do what', async () => {
    const response = await asAdmin({ credentials: lambda.agent })(url, call('echo', { text: 'x' }));
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
    expect(((await response.json()) as { Message: string }).Message).toMatch(
      /assumed-role\/agent\/local is not authorized.*lambda:InvokeFunction/,
    );
  });

  it('without such a function is a 404', async () => {
    const options = { credentials: lambda.admin, endpoint: lambda.lambdaEndpoint, region: lambda.region };
    expect((await invokeFetch('nobody', options)(url, call('echo'))).status).toBe(404);
  });

  it('in the function, before its answer, is a 502', async () => {
    const response = await asAdmin()(url, call('exit'));
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it('for want of concurrency is a 429, when it lasts', async () => {
    const busy = await startTestLambda('servers/v2.ts', { concurrency: 1 });
    const options = { credentials: busy.admin, endpoint: busy.lambdaEndpoint, retry: { attempts: 2, baseDelay: 1 } };
    const fetch = invokeFetch(busy.functionArn, options);
    const file = newPath();
    const waiting = fetch(url, call('wait', { file }));
    await expect.poll(() => contents(file), { timeout: 5000 }).toBe('began;');
    expect((await fetch(url, call('echo', { text: 'x' }))).status).toBe(429);
    await busy.close();
    await waiting.catch(() => {});
  });

  it('on the network is told as it is for a URL', async () => {
    const fetch = asAdmin({ endpoint: 'http://127.0.0.1:9', retry: { attempts: 2, baseDelay: 1 } });
    await expect(fetch(url, call('echo'))).rejects.toThrow(/ECONNREFUSED.*Nothing was sent/);
  });
});

describe('no call runs twice', () => {
  /** A Lambda API that breaks each connection after it has read the request, or in the middle of the answer. */
  async function brokenApi(when: 'before' | 'after') {
    let requests = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        requests += 1;
        if (when === 'before') return void request.socket.destroy();
        response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
        const prelude = '{"statusCode":200,"headers":{"content-type":"text/event-stream"}}\0\0\0\0\0\0\0\0: open\n\n';
        response.write(encodeEvent('PayloadChunk', 'application/octet-stream', Buffer.from(prelude)));
        setImmediate(() => request.socket.destroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      requests: () => requests,
      close: () => server.close(),
    };
  }

  it.each(['our own client', 'a client of the caller’s with its default retries'])('with %s', async (whose) => {
    const api = await brokenApi('before');
    const { admin: credentials, region } = lambda;
    const options =
      whose === 'our own client'
        ? { credentials, endpoint: api.endpoint }
        : { client: new LambdaClient({ credentials, region, endpoint: api.endpoint }) };
    const fetch = invokeFetch(lambda.functionArn, { ...options, retry: { baseDelay: 1 } });
    await expect(fetch(url, call('count'))).rejects.toThrow();
    expect(api.requests()).toBe(1);
    api.close();
  });

  it('and a stream that breaks is an error for its request, at once', async () => {
    const api = await brokenApi('after');
    const fetch = invokeFetch(lambda.functionArn, { credentials: lambda.admin, endpoint: api.endpoint });
    const text = await (await fetch(url, call('count'))).text();
    expect(JSON.parse(/data: (.*)/.exec(text)?.[1] ?? '{}')).toMatchObject({ id: 1, error: { code: -32000 } });
    expect(api.requests()).toBe(1);
    api.close();
  });
});

it.each([
  [409, 'CodeArtifactUserPendingException'],
  [409, 'ResourceConflictException'],
  [502, 'ResourceNotReadyException'],
])('a call that Lambda could not begin with is sent again: %i %s', async (status, type) => {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      if (requests === 1) {
        return response.writeHead(status, { 'x-amzn-errortype': type }).end('{"Message":"It is not ready."}');
      }
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      const answer = `{"statusCode":200}${NULS}{"jsonrpc":"2.0","id":1,"result":{}}`;
      response.write(encodeEvent('PayloadChunk', 'application/octet-stream', Buffer.from(answer)));
      response.end(encodeEvent('InvokeComplete', 'application/json', Buffer.from('{}')));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const response = await asAdmin({ endpoint, retry: { baseDelay: 1 } })(url, call('count'));
  expect([response.status, requests]).toEqual([200, 2]);
  await response.text();
  server.close();
});
