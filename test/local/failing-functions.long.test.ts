import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type TestClient, WAYS } from '../support/clients.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

describe.each(['v2', 'v1'])('a server made with the SDK line %s', (server) => {
  describe.each(WAYS)('by %s', (way) => {
    let lambda: TestLambda;
    let client: TestClient;
    beforeAll(async () => {
      lambda = await startTestLambda(`servers/${server}.ts`, { timeout: 2000, concurrency: 1 });
      client = await connect(server === 'v1' ? 'v1' : 'v2, 2026', way, lambda);
    });
    afterAll(async () => {
      await client.close();
      await lambda.close();
    });

    it.each([
      ['that exits', 'exit'],
      ['that crashes while it runs', 'crash-later'],
      ['that loops for ever', 'loop'],
    ])('a tool %s is an error, and the next call is served', async (_, tool) => {
      const failure = await client.call(tool).then(
        () => undefined,
        (error: Error) => error,
      );
      expect(failure).toBeInstanceOf(Error);
      expect(failure?.message).not.toMatch(/Request timed out|secret|\n\s+at /);
      expect((await client.call('echo', { text: 'served' })).text).toBe('served');
    });

    it('a tool that outlasts the function is aborted before the time-out, and its caller told so', async () => {
      await expect(client.call('wait', { file: '/dev/null' })).rejects.toThrow(/stopped after 1\.5 s, 500 ms before/);
      expect((await client.call('echo', { text: 'served' })).text).toBe('served');
    });
  });
});

describe.each(WAYS)('what a server throws, by %s,', (way) => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await startTestLambda('servers/fetch.ts', { timeout: 1500 });
  });
  afterAll(() => lambda.close());

  function send(message: object, init: RequestInit = {}): Promise<Response> {
    const { agent, admin, region, functionUrl, functionArn, lambdaEndpoint: endpoint } = lambda;
    const options = { stateless: false, retry: { attempts: 1 } };
    const fetch =
      way === 'SigV4'
        ? sigv4Fetch({ credentials: agent, region, ...options })
        : invokeFetch(functionArn, { credentials: admin, endpoint, ...options });
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return fetch(functionUrl, { method: 'POST', body, ...init });
  }

  function records(method: string): Record<string, unknown>[] {
    return readFileSync(lambda.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter((record) => record.method === method);
  }

  it.each(['fail', 'nothing'])('stays in the function’s log: %s', async (method) => {
    const response = await send({ id: 7, method });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32603, message: 'Internal error' },
    });
    expect(records(method)).toMatchObject([{ outcome: 'error', status: 500 }]);
  });

  it('stays there in the middle of its answer, too', async () => {
    const seen = await send({ id: 7, method: 'break' }).then(
      async (response) => `${response.status} ${await response.text().catch(String)}`,
      String,
    );
    expect(seen).not.toContain('secret');
    await expect.poll(() => records('break')).toMatchObject([{ outcome: 'error' }]);
  });

  it('a stream without an answer gets one', async () => {
    const text = await (await send({ id: 7, method: 'silent' })).text();
    expect(JSON.parse(/data: (.*)/.exec(text)?.[1] ?? '{}')).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32603, message: 'Internal error' },
    });
  });

  it('a notification that hangs ends before the time-out, and is on record', async () => {
    const ended = send({ method: 'notifications/hang' }).then((response) => response.text());
    await ended.catch(() => {});
    await expect.poll(() => records('notifications/hang')).toMatchObject([{ outcome: 'timeout' }]);
    expect(readFileSync(lambda.logFile, 'utf8')).not.toContain('timed out');
  });

  it('a call is on record though its caller does not read the answer', async () => {
    const controller = new AbortController();
    const response = await send({ id: 7, method: 'flood' }, { signal: controller.signal });
    expect(response.status).toBe(200);
    await expect.poll(() => records('flood'), { timeout: 5000 }).toMatchObject([{ outcome: 'timeout' }]);
    controller.abort();
  });
});

describe('a client that goes away while it sends', () => {
  it('takes nobody else along', async () => {
    const lambda = await startTestLambda('servers/fetch.ts');
    for (const endpoint of [lambda.functionUrl, lambda.lambdaEndpoint]) {
      const { hostname, port } = new URL(endpoint);
      const socket = connectSocket(Number(port), hostname);
      await once(socket, 'connect');
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc');
      await new Promise((resolve) => socket.write('', resolve));
      socket.destroy();
    }
    const { agent: credentials, region, functionUrl } = lambda;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect((await sigv4Fetch({ credentials, region })(functionUrl, { method: 'POST', body })).status).toBe(200);
    await lambda.close();
  });
});
