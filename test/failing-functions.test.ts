import { sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type TestClient, WAYS } from './support/clients.ts';
import { startTestLambda, type TestLambda } from './support/lambda.ts';

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
      expect(failure?.message).not.toMatch(/timed? ?out.*60|secret|\n\s+at /i);
      expect((await client.call('echo', { text: 'served' })).text).toBe('served');
    });

    it('a tool that outlasts the function is aborted before the time-out, and its caller told so', async () => {
      await expect(client.call('wait', { file: '/dev/null' })).rejects.toThrow(/stopped after 1\.5 s, 500 ms before/);
      expect((await client.call('echo', { text: 'served' })).text).toBe('served');
    });
  });
});

describe('what a server throws', () => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await startTestLambda('servers/fetch.ts');
  });
  afterAll(() => lambda.close());

  function ask(method: string): Promise<Response> {
    const { agent: credentials, region, functionUrl } = lambda;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method });
    return sigv4Fetch({ credentials, region })(functionUrl, { method: 'POST', body });
  }

  it('stays in the function’s log', async () => {
    const response = await ask('fail');
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32603, message: 'Internal error' },
    });
  });

  it('a stream without an answer gets one', async () => {
    const text = await (await ask('silent')).text();
    expect(JSON.parse(/data: (.*)/.exec(text)?.[1] ?? '{}')).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32603, message: 'Internal error' },
    });
  });
});
