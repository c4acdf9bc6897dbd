import { sigv4Fetch } from 'lambda-mcp/fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

describe.each(['v2', 'v1', 'fetch'])('the handler of lambda-mcp/server for %s', (server) => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await startTestLambda(`servers/${server}.ts`);
  });
  afterAll(() => lambda.close());

  /** Past the client side's own answers. */
  function send(init: RequestInit): Promise<Response> {
    const { agent: credentials, region, functionUrl } = lambda;
    return sigv4Fetch({ credentials, region, stateless: false })(functionUrl, init);
  }

  function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
    const accept = 'application/json, text/event-stream';
    return send({ method: 'POST', headers: { 'content-type': 'application/json', accept, ...headers }, body });
  }

  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

  it.each(['GET', 'DELETE', 'PUT'])('answers 405 to %s', async (method) => {
    const response = await send({ method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32000 } });
  });

  it('answers 400 to a batch', async () => {
    const response = await post(`[${list},${list}]`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringMatching(/Batches/) } });
  });

  it.each(['', '{', 'null', '"text"', '1'])('answers 400 to %j', async (body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: expect.any(Number) } });
  });

  it('answers 403 to an origin that is not allowed', async () => {
    const response = await post(list, { origin: 'https://evil.example' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/evil\.example/) } });
  });

  it('lets an allowed origin in', async () => {
    expect((await post(list, { origin: 'https://allowed.example' })).status).toBe(server === 'fetch' ? 200 : 403);
  });

  it('answers 202 to a notification, without a body that means anything', async () => {
    const response = await post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    expect(response.status).toBe(202);
    expect((await response.text()).trim()).toBe('');
  });

  it('answers a request', async () => {
    const response = await post(list);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"tools"');
  });
});

describe('both eras from one factory', () => {
  let lambda: TestLambda;
  beforeAll(async () => {
    lambda = await startTestLambda('servers/v2.ts');
  });
  afterAll(() => lambda.close());

  function ask(method: string, params: object, headers: Record<string, string>): Promise<Response> {
    const { agent: credentials, region, functionUrl } = lambda;
    return sigv4Fetch({ credentials, region })(functionUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  }

  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])('initialize agrees on %s', async (protocolVersion) => {
    const clientInfo = { name: 'test', version: '1.0.0' };
    const response = await ask('initialize', { protocolVersion, capabilities: {}, clientInfo }, {});
    expect(await response.text()).toContain(`"protocolVersion":"${protocolVersion}"`);
  });

  it('2026-07-28 is discovered', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' };
    const response = await ask('server/discover', { _meta: MODERN }, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    const { result } = (await response.json()) as {
      result: { supportedVersions: string[]; capabilities: { tools?: { listChanged?: boolean } } };
    };
    expect(result.supportedVersions).toContain('2026-07-28');
    expect(result.capabilities.tools?.listChanged).not.toBe(true);
  });

  it('a subscription is refused: it would hold an invocation open', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
    const params = { _meta: MODERN, notifications: { toolsListChanged: true } };
    const response = await ask('subscriptions/listen', params, headers);
    expect(await response.text()).toMatch(/"error"/);
  });

  it('headers that contradict the body are refused', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    const response = await ask('tools/call', { name: 'echo', arguments: { text: 'x' }, _meta: MODERN }, headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32020 } });
  });
});

describe('a body over the limit', () => {
  it('is answered 413, with the size and the limit', async () => {
    const lambda = await startTestLambda('servers/fetch.ts');
    const { agent: credentials, region, functionUrl } = lambda;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { pad: 'x'.repeat(2000) } });
    const response = await sigv4Fetch({ credentials, region })(functionUrl, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/20\d\d bytes.*1000/) } });
    await lambda.close();
  });
});
