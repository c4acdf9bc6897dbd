import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server as ServerV1 } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Server as ServerV2 } from '@modelcontextprotocol/server';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createLambdaHandler, type LambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createFetchHandler } from 'lambda-mcp/server/fetch';
import { createLambdaHandler as createLambdaHandlerV1 } from 'lambda-mcp/server/v1';
import { describe, expect, it } from 'vitest';
import { dereference } from '../../wire/tool-schema/dereference.ts';
import { gatewayRefusals } from '../../wire/tool-schema/gateway-refusals.ts';

const refused = (schema: unknown) => gatewayRefusals([{ name: 't', inputSchema: schema }]).map(({ path }) => path);

const NODE = {
  type: 'object',
  title: 'Node',
  properties: { value: { type: 'number' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
  required: ['value'],
};
const TREE = { type: 'object', properties: { root: { $ref: '#/$defs/Node' } }, $defs: { Node: NODE } };

describe('dereference', () => {
  const person = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
  it.each<[string, Record<string, unknown>, unknown[], unknown[]]>([
    [
      'a definition',
      { properties: { a: { $ref: '#/$defs/P' } }, $defs: { P: person } },
      [{ a: { name: 'x' } }],
      [{ a: {} }],
    ],
    [
      'a place in the schema',
      { properties: { a: person, b: { $ref: '#/properties/a' } } },
      [{ b: { name: '' } }],
      [{ b: {} }],
    ],
    [
      'an escaped name',
      { properties: { a: { $ref: '#/$defs/a~1b%20~0c' } }, $defs: { 'a/b ~c': { type: 'number' } } },
      [{ a: 1 }],
      [{ a: '1' }],
    ],
    ['an anchor', { properties: { a: { $ref: '#p' } }, $defs: { P: { $anchor: 'p', ...person } } }, [{}], [{ a: {} }]],
    [
      'a dynamic anchor',
      { properties: { a: { $dynamicRef: '#p' } }, $defs: { P: { $dynamicAnchor: 'p', ...person } } },
      [{ a: { name: 'x' } }],
      [{ a: {} }],
    ],
    [
      'a document within',
      {
        $id: 'https://example.com/root',
        properties: { a: { $ref: 'person' } },
        $defs: {
          P: { $id: 'person', properties: { n: { $ref: '#/$defs/N' } }, $defs: { N: { type: 'number' } } },
        },
      },
      [{ a: { n: 1 } }],
      [{ a: { n: '1' } }],
    ],
    [
      'keywords beside it',
      { properties: { a: { $ref: '#/$defs/P', required: ['age'], description: 'd' } }, $defs: { P: person } },
      [{ a: { name: 'x', age: 1 } }],
      [{ a: { age: 1 } }, { a: { name: 'x' } }],
    ],
    [
      'additionalProperties beside it',
      { properties: { a: { $ref: '#/$defs/P', additionalProperties: false } }, $defs: { P: person } },
      [],
      [{ a: { name: 'x' } }],
    ],
    ['false', { properties: { a: { $ref: '#/$defs/F' } }, $defs: { F: false } }, [{}], [{ a: 1 }]],
    ['recursion', TREE, [{ root: { value: 1, children: [{ value: 2 }] } }], [{ root: { value: 1, children: [3] } }]],
    ['the whole', { type: 'object', properties: { next: { $ref: '#' } } }, [{ next: { next: {} } }], [{ next: 1 }]],
  ])('writes out %s', (what, schema, valid, invalid) => {
    const written = dereference(schema);
    expect(refused(written)).toEqual([]);
    // Ajv follows a dynamic reference only where it has met the anchor before.
    for (const each of what === 'a dynamic anchor' ? [written] : [schema, written]) {
      const check = new Ajv2020({ strict: false }).compile(each);
      for (const value of valid) expect(check(value), JSON.stringify(value)).toBe(true);
      for (const value of invalid) expect(check(value), JSON.stringify(value)).toBe(false);
    }
  });

  it('says where a schema within itself was cut', () => {
    expect(JSON.stringify(dereference(TREE))).toContain(
      '"items":{"type":"object","title":"Node","description":"As #/$defs/Node, which is not written out again here: it ' +
        'stands within itself. Any such value is taken."}',
    );
  });

  it('bounds what references double', () => {
    const $defs: Record<string, unknown> = { d0: { type: 'string' } };
    for (let n = 1; n < 40; n += 1)
      $defs[`d${n}`] = { prefixItems: [{ $ref: `#/$defs/d${n - 1}` }, { $ref: `#/$defs/d${n - 1}` }] };
    const text = JSON.stringify(dereference({ $ref: '#/$defs/d39', $defs }));
    expect(text).toContain('the whole would be too large');
    expect(text.length).toBeLessThan(3_000_000);
  });

  it('bounds how deep references lead', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 9000 }, (_, n) => [`d${n}`, { items: { $ref: `#/$defs/d${n + 1}` } }]),
    );
    expect(JSON.stringify(dereference({ $ref: '#/$defs/d0', $defs }))).toContain('the whole would be too large');
  });

  it('leaves alone what is no reference, and a reference to elsewhere', () => {
    const properties = { $ref: { type: 'string' }, $defs: { const: { $ref: '#/x' } } };
    const data = { type: 'object', properties, default: { $ref: '#/nowhere' }, examples: [{ $defs: 1 }] };
    expect(dereference(data)).toEqual(data);
    expect(refused(data)).toEqual([]);
    const elsewhere = { properties: { a: { $ref: 'https://example.com/s' }, b: { $ref: '#/nowhere' } } };
    expect(dereference(elsewhere)).toEqual(elsewhere);
    expect(refused(elsewhere)).toEqual(['inputSchema/properties/a/$ref', 'inputSchema/properties/b/$ref']);
  });

  it('knows that draft-07 has nothing beside a reference', () => {
    const $schema = 'http://json-schema.org/draft-07/schema#';
    const schema = {
      $schema,
      properties: { a: { $ref: '#/definitions/N', minimum: 5, description: 'd' } },
      definitions: { N: { type: 'number' } },
    };
    expect(dereference(schema)).toEqual({ $schema, properties: { a: { type: 'number', description: 'd' } } });
  });
});

const TOOL = { name: 'tree', description: 'd', inputSchema: TREE, outputSchema: TREE };
const VALUE = { root: { value: 1, children: [{ value: 2, children: [{ value: 3 }] }] } };

function serverV1() {
  const server = new ServerV1({ name: 's', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: [TOOL as never, { ...TOOL, name: 'b' } as never],
  }));
  server.setRequestHandler(CallToolRequestSchema, async () => ({ content: [], structuredContent: VALUE }));
  return server;
}

function serverV2() {
  const server = new ServerV2({ name: 's', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', async () => ({ tools: [TOOL as never, { ...TOOL, name: 'b' } as never] }));
  server.setRequestHandler('tools/call', async () => ({ content: [], structuredContent: VALUE }));
  return server;
}

const quiet = { logger() {} };
const SERVERS: Record<string, (dereference?: boolean) => LambdaHandler> = {
  v1: (dereference) => createLambdaHandlerV1(serverV1, { dereference, ...quiet }),
  v2: (dereference) => createLambdaHandler(serverV2, { dereference, ...quiet }),
  fetch: (dereference) =>
    createFetchHandler({ fetch: createLambdaHandler(serverV2, quiet).fetch }, { dereference, ...quiet }),
};
const INFO = { name: 'c', version: '1' };
const CLIENTS: Record<string, (fetch: typeof globalThis.fetch) => Promise<ClientV1 | ClientV2>> = {
  v1: async (fetch) => {
    const client = new ClientV1(INFO);
    await client.connect(new HttpV1(new URL('https://example.com/mcp'), { fetch }) as never);
    return client;
  },
  'v2, 2025': (fetch) => connectV2(fetch, 'legacy'),
  'v2, 2026': (fetch) => connectV2(fetch, 'auto'),
};

async function connectV2(fetch: typeof globalThis.fetch, mode: 'legacy' | 'auto') {
  const client = new ClientV2(INFO, { versionNegotiation: { mode } });
  await client.connect(new HttpV2(new URL('https://example.com/mcp'), { fetch }));
  return client;
}

describe.each(Object.keys(SERVERS))('the option dereference of %s', (server) => {
  it.each(Object.keys(CLIENTS))('is seen by a client of %s, which takes what tools give', async (line) => {
    const handler = SERVERS[server]?.(true) as LambdaHandler;
    const client = await (CLIENTS[line] as (typeof CLIENTS)[string])((url, init) =>
      handler.fetch(new Request(url, init)),
    );
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['tree', 'b']);
    expect(gatewayRefusals(tools)).toEqual([]);
    const { structuredContent } = await client.callTool({ name: 'tree', arguments: VALUE });
    expect(structuredContent).toEqual(VALUE);
    await client.close();
  });

  it('is off unless it is asked for', async () => {
    const handler = SERVERS[server]?.() as LambdaHandler;
    const client = await connectV2((url, init) => handler.fetch(new Request(url, init)), 'legacy');
    expect((await client.listTools()).tools[0]).toMatchObject(TOOL);
    await client.close();
  });
});
