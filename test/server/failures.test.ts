import { gzipSync } from 'node:zlib';
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createFetchHandler } from 'lambda-mcp/server/fetch';
import { createLambdaHandler as createV1Handler } from 'lambda-mcp/server/v1';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallRecord } from '../../wire/call-record.ts';
import { callTool, META_2026, serve } from '../support/served.ts';

const info = { name: 'tools', version: '1.0.0' };
const circle: Record<string, unknown> = {};
circle.circle = circle;
const unsendable: Record<string, unknown> = {
  bigint: 1n,
  circle,
  throwing: {
    toJSON() {
      throw new Error('no JSON of this');
    },
  },
};
const causes: Record<string, RegExp> = {
  bigint: /BigInt/,
  circle: /circular/i,
  throwing: /no JSON of this/,
};

type Ask = (server: McpServer) => Promise<unknown>;
const asks: Record<string, Ask> = {
  sampling: ({ server }) => server.createMessage({ messages: [], maxTokens: 1 }),
  roots: ({ server }) => server.listRoots(),
  ping: ({ server }) => server.ping(),
  elicitation: ({ server }) =>
    server.elicitInput({ message: '?', requestedSchema: { type: 'object', properties: {} } }),
  'sampling-with-tools': ({ server }) => server.createMessage({ messages: [], maxTokens: 1, tools: [] }),
};

const methods: Record<string, string> = {
  sampling: 'sampling/createMessage',
  roots: 'roots/list',
  ping: 'ping',
  elicitation: 'elicitation/create',
  'sampling-with-tools': 'sampling/createMessage',
};

type Notify = (notification: { method: 'notifications/progress'; params: object }) => Promise<void>;

function withTools(server: McpServer): McpServer {
  for (const [name, value] of Object.entries(unsendable)) {
    server.registerTool(name, {}, async () => ({ content: [], structuredContent: { value } }));
  }
  server.registerTool('tells-what-cannot-be-sent', {}, async (context) => {
    const { mcpReq, sendNotification } = context as unknown as {
      mcpReq?: { notify: Notify };
      sendNotification: Notify;
    };
    const params = { progressToken: 1, progress: 1, message: 1n };
    const told = await (mcpReq?.notify ?? sendNotification)({ method: 'notifications/progress', params }).then(
      () => 'sent',
      String,
    );
    return { content: [{ type: 'text', text: told }] };
  });
  for (const [name, ask] of Object.entries(asks)) {
    server.registerTool(name, {}, async () => {
      await ask(server);
      return { content: [] };
    });
  }
  return server;
}

const records: CallRecord[] = [];
const options = { logger: (record: CallRecord) => void records.push(record) };
const handlers = {
  v1: createV1Handler(() => withTools(new McpServerV1(info) as unknown as McpServer), options),
  v2: createLambdaHandler(() => withTools(new McpServer(info)), options),
};

let logged: string[];
beforeEach(() => {
  logged = [];
  records.length = 0;
  vi.spyOn(console, 'error').mockImplementation((...line) => void logged.push(line.join(' ')));
});
afterEach(() => void vi.restoreAllMocks());

describe.each([
  ['v1', '2025'],
  ['v2', '2025'],
  ['v2', '2026'],
] as const)('a server of line %s in %s', (line, era) => {
  it.each(Object.keys(unsendable))('answers at once when JSON cannot hold a result: %s', async (name) => {
    const { last } = await callTool(handlers[line], name, era);
    expect(last).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'Internal error' } });
    expect(logged.join('\n')).toMatch(causes[name] as RegExp);
    const told = logged.filter((line) => (causes[name] as RegExp).test(line) && !line.includes('Failed to send'));
    expect(told).toHaveLength(1);
    expect(records).toMatchObject([{ outcome: 'error', tool: name }]);
  });

  it('answers though a notification before could not be sent', async () => {
    const { last } = await callTool(handlers[line], 'tells-what-cannot-be-sent', era);
    expect(last.result?.content[0].text).toMatch(/^sent$|BigInt/);
  });

  it.each(Object.keys(asks))('refuses to ask its client: %s', async (name) => {
    const { last } = await callTool(handlers[line], name, era);
    expect(last.result.isError).toBe(true);
    const { text } = last.result.content[0];
    expect(text).toMatch(era === '2025' ? /stateless.*2026-07-28.*inputRequired/ : /inputRequired/);
    if (era === '2025') expect(text).toContain(`${methods[name]} cannot be asked of the client`);
  });
});

it.each([
  ['2025', { requestId: 5 }, {}],
  [
    '2026',
    { _meta: META_2026, requestId: 5 },
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'notifications/cancelled' },
  ],
])('an error that only the server knows of reaches the log, in %s', async (_, params, headers) => {
  const handler = createLambdaHandler(() => {
    const server = new McpServer(info);
    server.server.setNotificationHandler('notifications/cancelled', () => {
      throw new Error('nobody waits for this');
    });
    return server;
  }, options);
  await handler.fetch(
    new Request('https://server.invalid/', {
      method: 'POST',
      headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }),
    }),
  );
  expect(logged.join()).toContain('nobody waits for this');
});

it('tells errors of the server where it wants them told', async () => {
  const own: string[] = [];
  const handler = createLambdaHandler(() => {
    const server = withTools(new McpServer(info));
    server.server.onerror = (error) => void own.push(error.message);
    return server;
  }, options);
  await callTool(handler, 'bigint');
  expect(own.join()).toMatch(/BigInt/);
});

describe('a refusal keeps its reason', () => {
  it.each<[string, Record<string, string>, object, number, RegExp]>([
    ['a client that takes JSON only', { accept: 'application/json' }, {}, 406, /Not Acceptable/],
    ['a body that is called text', { 'content-type': 'text/plain' }, {}, 415, /Unsupported Media Type/],
    ['a revision that nobody knows', { 'mcp-protocol-version': '1.0' }, {}, 400, /Unsupported protocol version: 1\.0/],
    ['parameters of another kind', {}, { params: [] }, 400, /JSON-RPC message/],
  ])('%s', async (_, headers, extra, status, reason) => {
    for (const handler of Object.values(handlers)) {
      const served = await serve(handler, { method: 'tools/list', ...extra }, headers);
      expect(served.status).toBe(status);
      expect(served.last.error.message).toMatch(reason);
      expect(records.at(-1)).toMatchObject({ outcome: 'rejected', status, errorCode: served.last.error.code });
    }
  });

  it.each<[number, string, string]>([
    [401, 'application/json', '{"error":"invalid_token"}'],
    [403, 'application/json', '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no tenant"}}'],
    [404, 'text/plain', '404 Not Found'],
    [400, 'application/problem+json', '{"title":"Bad"}'],
    [429, 'application/json', '{"message":"Slow down"}'],
    [503, 'text/html', '<h1>down</h1>'],
  ])('of a framework: %i as %s', async (status, type, body) => {
    const headers = { 'content-type': type, 'x-own': 'yes' };
    const handler = createFetchHandler({ fetch: async () => new Response(body, { status, headers }) }, options);
    const response = await handler.fetch(
      new Request('https://server.invalid/', {
        method: 'POST',
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      }),
    );
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([status, 'yes', body]);
    expect(logged).toEqual([]);
  });
});

it('a subscription is refused as a method that is not offered', async () => {
  const { status, last } = await serve(handlers.v2, { id: 'sub', method: 'subscriptions/listen' });
  expect([status, last]).toEqual([
    404,
    { jsonrpc: '2.0', id: 'sub', error: { code: -32601, message: expect.any(String) } },
  ]);
});

it('a server whose answer has no body leaves its log line, of no byte', async () => {
  const handler = createFetchHandler({ fetch: async () => new Response(null, { status: 204 }) }, options);
  await handler.fetch(
    new Request('https://server.invalid/', { method: 'POST', body: '{"jsonrpc":"2.0","method":"notifications/x"}' }),
  );
  expect(records).toMatchObject([{ outcome: 'ok', status: 204, bytesIn: 44, bytesOut: 0 }]);
});

it('an encoded answer is not looked into, and its outcome is not known', async () => {
  const bytes = gzipSync('{"jsonrpc":"2.0","id":1,"result":{}}');
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const handler = createFetchHandler({ fetch: async () => new Response(bytes, { headers }) }, options);
  const response = await handler.fetch(
    new Request('https://server.invalid/', { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' }),
  );
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  expect(records).toMatchObject([{ outcome: 'unknown', status: 200, bytesOut: bytes.byteLength }]);
});

describe('the log of errors', () => {
  it.each<[string, unknown, RegExp]>([
    ['a text', 'all is lost', /^all is lost$/],
    ['a symbol', Symbol('lost'), /^Symbol\(lost\)$/],
    ['an object without a text', Object.create(null), /no text/],
    ['a cause without a text', new Error('lost', { cause: Object.create(null) }), /no text/],
    [
      'a cause',
      new Error('lost', { cause: new Error('the reason') }),
      /^Error: lost.* at .*Caused by: Error: the reason/,
    ],
  ])('takes whatever is thrown: %s', async (_, thrown, line) => {
    const handler = createLambdaHandler(() => {
      throw thrown;
    }, options);
    expect((await callTool(handler, 't')).last.error).toEqual({ code: -32603, message: 'Internal error' });
    expect(logged).toEqual([expect.stringMatching(line)]);
  });

  it('keeps one bounded line for each, whatever a caller sends', async () => {
    const name = `x\n{"outcome":"ok"}\r\u2028${'y'.repeat(4_000_000)}`;
    const handler = createFetchHandler({
      async fetch(request) {
        const { params } = (await request.json()) as { params: { name: string } };
        throw new Error(`No tool ${params.name}`, { cause: params.name });
      },
    });
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
    await callTool(handler, name);
    vi.mocked(process.stdout.write).mockRestore();
    expect(logged).toHaveLength(1);
    expect(written).toHaveLength(1);
    for (const line of [...logged, String(written[0]).slice(0, -1)]) {
      expect(line.length).toBeLessThanOrEqual(4096);
      expect(line).not.toMatch(/[\n\r\u2028]/);
    }
    expect(logged[0]).toMatch(/^Error: No tool x\\n\{.*characters\).* at /);
    expect(JSON.parse(String(written[0])).tool).toHaveLength(128);
  });
});
