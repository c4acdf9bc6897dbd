import { createRequire } from 'node:module';
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createFetchHandler } from 'lambda-mcp/server/fetch';
import { createLambdaHandler as createV1Handler } from 'lambda-mcp/server/v1';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { callTool, META_2026, serve } from '../support/served.ts';

const require = createRequire(import.meta.url);
const common: typeof import('@modelcontextprotocol/server') = require('@modelcontextprotocol/server');
const commonV1: typeof import('@modelcontextprotocol/sdk/server/mcp.js') = require('@modelcontextprotocol/sdk/server/mcp.js');
const quiet = { logger() {} };

type AnyMcpServer = McpServer | McpServerV1;

function withTool<T extends AnyMcpServer>(server: T): T {
  (server as McpServer).registerTool('t', {}, async () => ({ content: [{ type: 'text', text: 'served' }] }));
  return server;
}

const info = { name: 'tools', version: '1.0.0' };
const makers: [string, () => AnyMcpServer][] = [
  ['imported', () => new McpServer(info)],
  ['required', () => new common.McpServer(info)],
  ['of the other line', () => new McpServerV1(info)],
  ['of the other line, required', () => new commonV1.McpServer(info)],
];

let logged: string[];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'error').mockImplementation((...line) => void logged.push(line.join(' ')));
});
afterEach(() => void vi.restoreAllMocks());

describe.each(makers)('a server that is %s', (name, make) => {
  const isV2 = !name.includes('other');

  it.each([
    ['lambda-mcp/server', createLambdaHandler],
    ['lambda-mcp/server/v1', createV1Handler],
  ])('is served by %s in the 2025 revisions', async (_, create) => {
    for (const product of [() => withTool(make()), () => withTool(make()).server]) {
      const handler = create(product, quiet);
      expect((await callTool(handler, 't')).last.result.content[0].text).toBe('served');
      expect((await serve(handler, { method: 'tools/list' })).last.result.tools).toHaveLength(1);
    }
    expect(logged).toEqual([]);
  });

  it('is served in 2026-07-28, or answers as an old server does', async () => {
    const handler = createLambdaHandler(() => withTool(make()), quiet);
    const called = await callTool(handler, 't', '2026');
    if (isV2) expect(called.last.result.content[0].text).toBe('served');
    else expect(called).toMatchObject({ status: 400, last: { error: { message: /Unsupported protocol version/ } } });
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' };
    const found = await serve(handler, { method: 'server/discover', params: { _meta: META_2026 } }, headers);
    expect(found.status).toBe(isV2 ? 200 : 400);
  });
});

it.each(makers)('schemas are listed alike each time of a server that is %s', async (_, make) => {
  const inputSchema = z.object({ a: z.string().describe('what') });
  for (const create of [createLambdaHandler, createV1Handler]) {
    const handler = create(() => {
      const server = make() as McpServer;
      server.registerTool('t', { inputSchema, outputSchema: inputSchema }, async () => ({ content: [] }));
      return server;
    }, quiet);
    const lists: unknown[] = [];
    for (let i = 0; i < 3; i += 1) lists.push((await serve(handler, { method: 'tools/list' })).last.result);
    expect(lists[0]).toMatchObject({ tools: [{ inputSchema: { properties: { a: { description: 'what' } } } }] });
    expect(lists.slice(1)).toEqual([lists[0], lists[0]]);
  }
});

it('a server that comes back for the next request is served again', async () => {
  const server = withTool(new McpServer(info));
  const handler = createLambdaHandler(() => server, quiet);
  for (const era of ['2025', '2025', '2026', '2026'] as const) {
    expect((await callTool(handler, 't', era)).last.result.content[0].text).toBe('served');
  }
});

it('a server that serves two requests at once is told, and goes on with the first', async () => {
  const server = new McpServer(info);
  server.registerTool('t', {}, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { content: [{ type: 'text', text: 'served' }] };
  });
  const handler = createLambdaHandler(() => server, quiet);
  for (const era of ['2025', '2026'] as const) {
    logged.length = 0;
    const [first, second] = await Promise.all([callTool(handler, 't', era), callTool(handler, 't', era)]);
    expect(first.last.result.content[0].text).toBe('served');
    expect(second.status).toBe(500);
    expect(logged.join()).toMatch(/separate Server instance|connected already|new instance for each request/);
  }
});

it('a server that served 2026-07-28 is told that it serves no older revision', async () => {
  const server = withTool(new McpServer(info));
  const handler = createLambdaHandler(() => server, quiet);
  await callTool(handler, 't', '2026');
  expect((await callTool(handler, 't', '2025')).status).toBe(500);
  expect(logged.join()).toMatch(/has served protocol 2026-07-28.*new one for each request/);
});

describe('what is no factory of servers', () => {
  it.each<[string, unknown, RegExp]>([
    ['a server', new McpServer(info), /takes a function.*given an object of McpServer.*Write/],
    ['an app', { fetch: async () => new Response() }, /takes a function.*lambda-mcp\/server\/fetch/],
    ['nothing', undefined, /takes a function.*given undefined/],
  ])('%s is told when the module loads', (_, given, message) => {
    expect(() => createLambdaHandler(given as never)).toThrow(TypeError);
    expect(() => createLambdaHandler(given as never)).toThrow(message);
    expect(() => createV1Handler(given as never)).toThrow(/server\/v1 takes a function/);
  });

  it.each([undefined, null, async () => new Response(), { handler() {} }])('%s has no fetch', (given) => {
    expect(() => createFetchHandler(given as never)).toThrow(/takes an object that has a fetch/);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['nothing', () => undefined, /returned undefined, not an MCP server/],
    ['a tool', () => ({ name: 'x' }), /returned an object of Object, not an MCP server/],
    [
      'a server at work',
      async () => {
        const server = new McpServer(info);
        const { InMemoryTransport } = require('@modelcontextprotocol/sdk/inMemory.js');
        await server.connect(InMemoryTransport.createLinkedPair()[0]);
        return server;
      },
      /connected already/,
    ],
  ])('a factory that returns %s is told at the first call', async (_, factory, message) => {
    for (const create of [createLambdaHandler, createV1Handler]) {
      logged.length = 0;
      const { status, last } = await callTool(create(factory as never, quiet), 't');
      expect([status, last.error.code]).toEqual([500, -32603]);
      expect(logged.join()).toMatch(message);
    }
  });
});
