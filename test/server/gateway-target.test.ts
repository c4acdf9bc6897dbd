import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import { type CallRecord, createGatewayTargetHandler, gatewayTools } from 'lambda-mcp/server';
import { createGatewayTargetHandler as createGatewayTargetHandlerV1 } from 'lambda-mcp/server/v1';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const records: CallRecord[] = [];
const logger = (record: CallRecord) => records.push(record);
const inputSchema = z.object({ said: z.string() });
const echo = (said: string, headers: Headers, url: string) => ({
  content: [{ type: 'text' as const, text: JSON.stringify({ said, url, ...Object.fromEntries(headers) }) }],
});
const LINES = {
  v1: createGatewayTargetHandlerV1(
    ({ request }) => {
      const server = new McpServerV1({ name: 's', version: '1' });
      server.registerTool('echo', { inputSchema: inputSchema.shape }, async ({ said }) =>
        echo(said, request.headers, request.url),
      );
      server.registerTool('a___b', {}, async () => ({ content: [] }));
      return server;
    },
    { logger },
  ),
  v2: createGatewayTargetHandler(
    ({ request }) => {
      const server = new McpServer({ name: 's', version: '1' });
      server.registerTool('echo', { inputSchema }, async ({ said }) => echo(said, request.headers, request.url));
      server.registerTool('a___b', {}, async () => ({ content: [] }));
      return server;
    },
    { logger },
  ),
};
const contextOf = (clientContext: unknown) =>
  ({ awsRequestId: 'r', functionName: 'f', clientContext, getRemainingTimeInMillis: () => 30_000 }) as never;
const named = (bedrockAgentCoreToolName: unknown, more = {}) =>
  contextOf({ custom: { bedrockAgentCoreToolName, ...more } });

describe.each(['v1', 'v2'] as const)('a plain Lambda target of %s', (line) => {
  const handler = LINES[line];

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'custom'],
    ['no custom', {}],
    ['an empty name', { custom: { bedrockAgentCoreToolName: '' } }],
    ['a name that is a number', { Custom: { bedrockAgentCoreToolName: 1 } }],
  ])('refuses an event whose client context is %s', async (_what, clientContext) => {
    await expect(handler({ Records: [] }, contextOf(clientContext))).rejects.toThrow('it came from something else');
  });

  it('takes the target from a name, and no more', async () => {
    expect(await handler({}, named('t-1___a___b'))).toEqual({ content: [] });
    expect(records.at(-1)).toMatchObject({ tool: 'a___b', caller: 'unverified', requestId: 'r', outcome: 'ok' });
    expect(JSON.parse(String(await handler({ said: 'x' }, named('echo'))))).toMatchObject({ said: 'x' });
  });

  it.each([(map: object) => map, JSON.stringify])(
    'hands on headers and query, but none that would be ours',
    async (write) => {
      const headers = { 'X-End-User': 'ada', Accept: 'text/plain', Origin: 'https://evil.example', 'MCP-Name': 'b' };
      const said = await handler(
        { said: 'ü€' },
        named('t___echo', {
          bedrockAgentCorePropagatedHeaders: write({ ...headers, 'content-length': '1', 'bad header': 'x', n: 1 }),
          bedrockAgentCorePropagatedQueryParameters: write({ q: 'a b' }),
        }),
      );
      const seen = JSON.parse(String(said));
      expect(seen).toMatchObject({ said: 'ü€', 'x-end-user': 'ada', url: expect.stringContaining('?q=a+b') });
      expect(Object.keys(seen)).not.toContain('origin');
      expect(seen.accept).toContain('application/json');
    },
  );

  it('gives an error that a model can read for whatever is not an object of arguments', async () => {
    for (const event of [null, 'text', 1, [], undefined, { said: 1 }]) {
      expect(await handler(event, named('t___echo'))).toMatchObject({ isError: true, content: [{ type: 'text' }] });
    }
  });
});

describe('the declaration of tools', () => {
  const declare = async (schema: z.ZodType) => {
    const tools = await gatewayTools(() => {
      const server = new McpServer({ name: 's', version: '1' });
      server.registerTool('t', { inputSchema: z.object({ value: schema }) }, async () => ({ content: [] }));
      return server;
    });
    return tools[0]?.inputSchema.properties?.value;
  };
  const either = z.union([
    z.object({ kind: z.literal('a'), a: z.string() }),
    z.object({ kind: z.literal('b'), b: z.number() }),
  ]);

  it.each<[string, z.ZodType, object]>([
    ['limits', z.string().min(3).describe('d'), { type: 'string', description: 'd' }],
    ['choices', z.enum(['x', 'y']), { type: 'string', description: 'One of: "x", "y".' }],
    ['literals', z.union([z.literal('x'), z.literal('y')]), { type: 'string', description: 'One of: "x", "y".' }],
    ['numbers to choose', z.literal([1, 2]), { type: 'number', description: 'One of: 1, 2.' }],
    ['null', z.string().nullable(), { type: 'string' }],
    ['lists', z.array(z.int()), { type: 'array', items: { type: 'integer' } }],
    ['records', z.record(z.string(), z.number()), { type: 'object' }],
    [
      'intersections',
      z.intersection(z.object({ a: z.string() }), z.object({ b: z.string().optional() })),
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a'] },
    ],
    [
      'one object or another',
      either,
      {
        type: 'object',
        properties: {
          kind: { type: 'string', description: 'One of: "a", "b".' },
          a: { type: 'string' },
          b: { type: 'number' },
        },
        required: ['kind'],
      },
    ],
  ])('holds what it can of %s', async (_what, schema, declared) => {
    expect(await declare(schema)).toEqual(declared);
  });

  it.each([z.union([z.string(), z.number()]), z.unknown()])('refuses what has no one type', async (schema) => {
    await expect(declare(schema)).rejects.toThrow(/^t: inputSchema\.value: .*one type.*addToGateway/s);
  });
});
