import { Writable } from 'node:stream';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler, type McpRequestContext } from 'lambda-mcp/server';
import { createLambdaHandler as createFetchHandler } from 'lambda-mcp/server/fetch';
import { createLambdaHandler as createV1Handler } from 'lambda-mcp/server/v1';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallRecord } from '../../wire/call-record.ts';
import { callTool, serve } from '../support/served.ts';

const records: CallRecord[] = [];
const contexts: McpRequestContext[] = [];
const options = { logger: (record: CallRecord) => void records.push(record), maxRequestBodySize: 1000 };
const makeServer = (context: McpRequestContext) => {
  contexts.push(context);
  return new McpServer({ name: 'tools', version: '1.0.0' });
};
const handlers = {
  './server': createLambdaHandler(makeServer, options),
  './server/v1': createV1Handler(makeServer, options),
  './server/fetch': createFetchHandler(
    {
      async fetch(request, context) {
        contexts.push(context);
        const { id } = (await request.json()) as { id: number };
        return Response.json({ jsonrpc: '2.0', id, result: {} }, { headers: { 'content-length': '36' } });
      },
    },
    options,
  ),
};

beforeEach(() => {
  records.length = 0;
  contexts.length = 0;
  vi.spyOn(console, 'error').mockReturnValue();
});
afterEach(() => void vi.restoreAllMocks());

describe.each(Object.entries(handlers))('.fetch of lambda-mcp%s', (_, handler) => {
  it('answers without a host, whose callers nobody knows', async () => {
    const { status, last } = await serve(handler, { method: 'ping' });
    expect([status, last]).toEqual([200, { jsonrpc: '2.0', id: 1, result: {} }]);
    expect(contexts).toMatchObject([{ caller: undefined, lambda: { functionName: 'local' } }]);
    expect(records).toMatchObject([
      {
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        functionName: 'local',
        method: 'ping',
        caller: 'unverified',
        outcome: 'ok',
        bytesOut: 36,
      },
    ]);
  });

  it('believes what its host says', async () => {
    const arn = `arn:aws:iam::111122223333:user/${'u'.repeat(5000)}`;
    const caller = { arn, accountId: '111122223333' } as McpRequestContext['caller'];
    const lambda = {
      awsRequestId: 'r1',
      functionName: 'f',
      xRayTraceId: `Root=1-2;Sampled=1`,
      tenantId: 'blue',
      getRemainingTimeInMillis: () => 60_000,
    } as McpRequestContext['lambda'];
    await serve(handler, { method: 'ping' }, {}, { caller, lambda });
    expect(contexts).toMatchObject([{ caller, lambda }]);
    expect(records).toMatchObject([{ requestId: 'r1', functionName: 'f', traceId: '1-2', tenantId: 'blue' }]);
    expect(records[0]?.caller).toBe(arn.slice(0, 2048));
  });

  it.each<[string, RequestInit, number, RegExp]>([
    ['a GET', {}, 405, /takes POST only/],
    ['an origin', { method: 'POST', body: '{}', headers: { origin: 'https://evil.example' } }, 403, /origin/],
    ['a long body', { method: 'POST', body: 'x'.repeat(1001) }, 413, /1001 bytes; the limit is 1000/],
    ['no JSON', { method: 'POST', body: 'x' }, 400, /not JSON/],
  ])('refuses as the function does: %s', async (_name, init, status, reason) => {
    const response = await handler.fetch(new Request('https://server.invalid/', init));
    expect([response.status, response.headers.get('lambda-mcp-caller')]).toEqual([status, 'unverified']);
    expect(await response.text()).toMatch(reason);
    expect(contexts).toEqual([]);
    expect(records).toMatchObject([{ outcome: 'rejected', status }]);
  });

  it('logs a notification too', async () => {
    const request = new Request('https://server.invalid/', {
      method: 'POST',
      headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    });
    await (await handler.fetch(request)).body?.cancel();
    expect(records).toMatchObject([{ method: 'notifications/initialized' }]);
  });
});

it('a body that breaks off on its way in is refused, and logged', async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
  const request = new Request('https://server.invalid/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  const response = await handlers['./server'].fetch(request);
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('cannot be read')]);
  expect(records).toMatchObject([{ outcome: 'rejected', status: 400 }]);
});

it('a body without end is read no further than the limit', async () => {
  let sent = 0;
  let isCancelled = false;
  const body = new ReadableStream({
    pull(controller) {
      sent += 100;
      controller.enqueue(new Uint8Array(100));
    },
    cancel() {
      isCancelled = true;
    },
  });
  const request = new Request('https://server.invalid/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect((await handlers['./server'].fetch(request)).status).toBe(413);
  expect(isCancelled).toBe(true);
  expect(sent).toBeLessThan(2000);
});

it('a tool ends with its time, though nobody reads the answer', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const handler = createLambdaHandler(() => {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.registerTool('wait', {}, async ({ mcpReq: { signal } }) => {
      signal.addEventListener('abort', () => resolve());
      await ended;
      return { content: [] };
    });
    return server;
  }, options);
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'wait', arguments: {} } };
  const request = new Request('https://server.invalid/', {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify(message),
  });
  const lambda = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 550 };
  const response = await handler.fetch(request, { lambda: lambda as never });
  await ended;
  expect(await response.text()).toContain('-32001');
  expect(records).toMatchObject([{ outcome: 'timeout' }]);
});

it.each(['./server', './server/v1'] as const)(
  'what tells nothing on its way is answered as JSON by %s',
  async (entry) => {
    const create = entry === './server' ? createLambdaHandler : createV1Handler;
    const handler = create(() => {
      const server = new McpServer({ name: 'tools', version: '1.0.0' });
      server.registerTool('t', {}, async () => ({ content: [] }));
      server.registerPrompt('p', {}, async () => ({ messages: [] }));
      return server;
    }, options);
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1.0.0' } };
    for (const [message, isJson] of [
      [{ method: 'initialize', params }, true],
      [{ method: 'ping' }, true],
      [{ method: 'tools/list' }, true],
      [{ method: 'prompts/list' }, true],
      [{ method: 'tools/call', params: { name: 't' } }, false],
      [{ method: 'prompts/get', params: { name: 'p' } }, false],
    ] as const) {
      const { text, last } = await serve(handler, message);
      expect(last.result).toBeDefined();
      expect([message.method, text.startsWith('{')]).toEqual([message.method, isJson]);
    }
  },
);

it('what a low-level server tells before its list arrives', async () => {
  const handler = createLambdaHandler(() => {
    const { server } = new McpServer({ name: 'tools', version: '1.0.0' }, { capabilities: { tools: {}, logging: {} } });
    server.setRequestHandler('tools/list', async (_request, { mcpReq }) => {
      await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: 'first' } });
      return { tools: [] };
    });
    return server;
  }, options);
  const { messages } = await serve(handler, { method: 'tools/list' });
  expect(messages).toMatchObject([{ params: { data: 'first' } }, { result: { tools: [] } }]);
});

it.each(['2025', '2026'] as const)('a client that leaves ends its tool, in %s', async (era) => {
  const leave = new AbortController();
  const { promise: ended, resolve } = Promise.withResolvers<boolean>();
  const handler = createLambdaHandler(() => {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.registerTool('wait', {}, async ({ mcpReq: { signal } }) => {
      signal.addEventListener('abort', () => resolve(true));
      leave.abort();
      await ended;
      return { content: [] };
    });
    return server;
  }, options);
  await callTool(handler, 'wait', era, {}, leave.signal).catch(() => {});
  expect(await ended).toBe(true);
  expect(records).toMatchObject([{ tool: 'wait', outcome: 'error' }]);
});

it('a server of the 2025 revisions is closed after its answer, and not before', async () => {
  let isClosed = false;
  const handler = createLambdaHandler(() => {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.server.onclose = () => {
      isClosed = true;
    };
    server.registerTool('look', {}, async () => ({ content: [{ type: 'text', text: String(isClosed) }] }));
    return server;
  }, options);
  expect((await callTool(handler, 'look')).last.result.content[0].text).toBe('false');
  expect(isClosed).toBe(true);
});

describe('a client that reads no further ends the answer, and leaves its log line', () => {
  let isCancelled = false;
  const endless = () => {
    isCancelled = false;
    return new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(': alive\n\n')),
      cancel() {
        isCancelled = true;
      },
    });
  };
  const headers = { 'content-type': 'text/event-stream', 'content-length': '1000' };
  const handler = createFetchHandler({ fetch: async () => new Response(endless(), { headers }) }, options);
  const message = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

  it('through .fetch', async () => {
    const response = await handler.fetch(new Request('https://server.invalid/', { method: 'POST', body: message }));
    expect(response.headers.get('content-length')).toBeNull();
    const reader = response.body?.getReader();
    await reader?.read();
    expect(records).toEqual([]);
    await reader?.cancel();
    expect(isCancelled).toBe(true);
    expect(records).toMatchObject([{ method: 'tools/list', outcome: 'error', bytesOut: 9 }]);
  });

  it('in Lambda, gone before the first byte', async () => {
    const stream = new Writable();
    stream.destroy();
    const event = {
      version: '2.0',
      rawPath: '/',
      rawQueryString: '',
      headers: {},
      requestContext: { requestId: 'r', domainName: 'server.invalid', http: { method: 'POST' } },
      body: message,
    };
    const lambda = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 60_000 };
    const called = handler(event as never, Object.assign(stream, { setContentType() {} }), lambda as never);
    await expect(called).rejects.toThrow('The response was broken off.');
    expect(isCancelled).toBe(true);
    expect(records).toMatchObject([{ method: 'tools/list', outcome: 'error', bytesOut: 0 }]);
  });
});
