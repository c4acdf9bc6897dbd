import { PassThrough } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMcpHandler, McpServer, type RegisteredTool } from '@modelcontextprotocol/server';
import { createLambdaHandler, type LambdaContext, type LambdaStreamHandler } from 'lambda-mcp/server';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';

type Message = { method: string; params?: Record<string, unknown> };
type Revision = '2025-11-25' | '2026-07-28';

function toRequest({ method, params = {} }: Message, revision: Revision) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const isNew = revision === '2026-07-28';
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': revision,
      ...(isNew && { 'mcp-method': method, ...(params.name !== undefined && { 'mcp-name': String(params.name) }) }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, ...(isNew && { _meta }) } }),
  };
}

function readResult(body: string) {
  return JSON.parse(/^data: (.*)$/m.exec(body)?.[1] ?? body).result;
}

/** What the handler answers; the header `x-user` says who asks. */
async function ask(handler: LambdaStreamHandler, message: Message, revision: Revision, user = 'nobody') {
  const { headers, body } = toRequest(message, revision);
  const stream = Object.assign(new PassThrough(), { setContentType() {} });
  const written = stream.toArray();
  const event = {
    version: '2.0',
    rawPath: '/mcp',
    rawQueryString: '',
    headers: { ...headers, 'x-user': user },
    requestContext: { requestId: 'r', domainName: 'abc.lambda-url.us-east-1.on.aws', http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  };
  const lambda = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 30_000 };
  await handler(event as never, stream, lambda as LambdaContext);
  const bytes = Buffer.concat(await written);
  return readResult(bytes.subarray(bytes.indexOf(Buffer.alloc(8)) + 8).toString());
}

/** What the SDK's own handler answers. */
async function askBare(make: () => McpServer, message: Message, revision: Revision) {
  const { headers, body } = toRequest(message, revision);
  const request = new Request('https://example.com/mcp', { method: 'POST', headers, body });
  return readResult(await (await createMcpHandler(make).fetch(request)).text());
}

/** Counts a schema's conversions. */
function counted<T extends { '~standard': { jsonSchema: object } }>(schema: T) {
  const jsonSchema = schema['~standard'].jsonSchema as Record<string, (options: never) => unknown>;
  const count = { input: 0, output: 0 };
  for (const io of ['input', 'output'] as const) {
    const convert = jsonSchema[io] as (options: never) => unknown;
    jsonSchema[io] = (options) => {
      count[io] += 1;
      return convert(options);
    };
  }
  return { schema, count };
}

const list = { method: 'tools/list' };
const quiet = { logger: () => {} };
const run = async () => ({ content: [] });

function serverOf(schemas: Record<string, z.ZodType>) {
  const server = new McpServer({ name: 'test', version: '1' });
  for (const [name, inputSchema] of Object.entries(schemas)) server.registerTool(name, { inputSchema } as never, run);
  return server;
}

/** The properties of each listed tool's input. */
async function properties(handler: LambdaStreamHandler, revision: Revision, user?: string) {
  const { tools } = await ask(handler, list, revision, user);
  return Object.fromEntries(
    tools.map(({ name, inputSchema }: { name: string; inputSchema: { properties: unknown } }) => [
      name,
      inputSchema.properties,
    ]),
  );
}

describe.each<Revision>(['2025-11-25', '2026-07-28'])('the JSON Schema of a tool, in %s', (revision) => {
  it('is what the SDK lists, however often it is asked for', async () => {
    const address = z.object({ street: z.string() }).meta({ id: `address-${revision}`, examples: [{ street: 'a' }] });
    const input = z.object({
      count: z.int().min(1).default(3).describe('How many'),
      to: z.array(address),
      kind: z.union([z.literal('a'), z.enum(['b', 'c']).describe('letters')]).optional(),
      choice: z.discriminatedUnion('of', [z.object({ of: z.literal(1) }), z.object({ of: z.literal(2), x: address })]),
    });
    const make = () => {
      const server = new McpServer({ name: 'test', version: '1' });
      const outputs = { object: z.object({ a: z.date().optional() }).pick({}), list: z.array(z.string()) };
      for (const [name, outputSchema] of Object.entries({ ...outputs, both: input })) {
        server.registerTool(name, { inputSchema: input, outputSchema } as never, run);
      }
      return server;
    };
    const handler = createLambdaHandler(make, quiet);
    const wanted = await askBare(make, list, revision);
    for (let i = 0; i < 4; i += 1) expect(await ask(handler, list, revision)).toEqual(wanted);
  });

  it('is converted for the first two requests only', async () => {
    const input = counted(z.object({ a: z.string().describe('a').default('x') }));
    const output = counted(z.object({ b: z.int() }));
    const handler = createLambdaHandler(() => {
      const server = new McpServer({ name: 'test', version: '1' });
      server.registerTool('t', { inputSchema: input.schema, outputSchema: output.schema }, async ({ a }) => ({
        content: [],
        structuredContent: { b: a.length },
      }));
      return server;
    }, quiet);
    for (let i = 0; i < 5; i += 1) await ask(handler, list, revision);
    for (let i = 0; i < 5; i += 1) {
      const result = await ask(
        handler,
        { method: 'tools/call', params: { name: 't', arguments: { a: 'four' } } },
        revision,
      );
      expect(result.structuredContent).toEqual({ b: 4 });
    }
    const refused = await ask(handler, { method: 'tools/call', params: { name: 't', arguments: { a: 4 } } }, revision);
    expect(refused.isError).toBe(true);
    expect([input.count.input, output.count.output]).toEqual([2, 2]);
  });

  it('is its own for each caller, though some share it', async () => {
    const shared = z.object({ a: z.string() });
    const others = { alice: z.object({ alice: z.string() }), bob: z.object({ bob: z.string() }) };
    const handler = createLambdaHandler(({ request }) => {
      const user = request.headers.get('x-user') as 'alice' | 'bob';
      return serverOf({ shared, mine: others[user], [`only-${user}`]: z.object({ [user]: z.int() }) });
    }, quiet);
    for (const user of ['alice', 'bob', 'bob', 'alice', 'bob', 'alice']) {
      expect(await properties(handler, revision, user)).toEqual({
        shared: { a: { type: 'string' } },
        mine: { [user]: { type: 'string' } },
        [`only-${user}`]: { [user]: expect.objectContaining({ type: 'integer' }) },
      });
    }
  });

  it('is that of the schema that was put in its place', async () => {
    const [one, two] = [z.object({ one: z.string() }), z.object({ two: z.string() })];
    const handler = createLambdaHandler(({ request }) => {
      const server = new McpServer({ name: 'test', version: '1' });
      const tool = server.registerTool('t', { inputSchema: one }, run);
      if (request.headers.get('x-user') === 'two') tool.update({ paramsSchema: two, callback: run });
      return server;
    }, quiet);
    for (const user of ['one', 'two', 'one', 'two', 'one', 'two']) {
      expect(Object.keys((await properties(handler, revision, user)).t as object)).toEqual([user]);
    }
  });

  it('follows metadata that is registered late, deep inside and changed in place', async () => {
    const inner = z.string();
    const described = { description: 'first', examples: ['first'] };
    const field = inner.optional().register(z.globalRegistry, described);
    const handler = createLambdaHandler(() => serverOf({ t: z.object({ a: field }), u: schema }), quiet);
    const schema = z.object({ a: field, b: z.array(inner) });
    for (const text of ['first', 'first', 'second', 'third']) {
      described.description = text;
      described.examples[0] = text;
      z.globalRegistry.add(inner, { title: text });
      const { u } = await properties(handler, revision);
      expect(u).toEqual({
        a: expect.objectContaining({ description: text, examples: [text], title: text }),
        b: { type: 'array', items: { type: 'string', title: text } },
      });
    }
  });

  it('follows what a default, a lazy or a caught schema says this time', async () => {
    let said: unknown = 'a';
    const schema = z.object({ a: z.unknown().default(() => said) });
    const caught = z.object({ a: z.unknown().catch(() => said) });
    const handler = createLambdaHandler(() => serverOf({ schema, caught }), quiet);
    for (const value of ['a', 'a', 'b', { deep: [1] }, { deep: [2] }, '{"deep":[2]}']) {
      said = value;
      expect(await properties(handler, revision)).toMatchObject({
        schema: { a: { default: value } },
        caught: { a: { default: value } },
      });
    }
  });

  it('is converted every time where nobody knows that it stays the same', async () => {
    let title = '';
    const lazy = counted(z.object({ a: z.lazy(() => z.string()) }));
    const foreign = {
      '~standard': {
        version: 1,
        vendor: 'another',
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => ({ type: 'object', title }), output: () => ({}) },
      },
    };
    const handler = createLambdaHandler(() => {
      const server = serverOf({ lazy: lazy.schema });
      server.registerTool('foreign', { inputSchema: foreign } as never, run);
      return server;
    }, quiet);
    for (title of ['one', 'two', 'three']) {
      const { tools } = await ask(handler, list, revision);
      expect(tools[1].inputSchema.title).toBe(title);
    }
    expect(lazy.count.input).toBe(3);
  });

  it('leaves the schema as it was, and lets it go with its factory', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const made: WeakRef<object>[] = [];
    const kept = z.object({ a: z.string() });
    const handler = createLambdaHandler(() => {
      const schema = z.object({ a: z.string() });
      made.push(new WeakRef(schema));
      // Twice, so that it is remembered.
      return serverOf({ one: schema, two: schema, three: schema, kept });
    }, quiet);
    for (let i = 0; i < 3; i += 1) await ask(handler, list, revision);
    await expect
      .poll(() => {
        collect();
        return made.filter((ref) => ref.deref()).length;
      })
      .toBe(0);
    const { a } = (await properties(handler, revision)).one as { a: unknown };
    expect(a).toEqual({ type: 'string' });
    expect(Object.isFrozen(kept['~standard'].jsonSchema.input({ target: 'draft-2020-12' }))).toBe(false);
  });
});

it('what is remembered can be changed by nobody', async () => {
  const schema = z.object({ a: z.string().describe('what') });
  let listed = {} as RegisteredTool;
  const handler = createLambdaHandler(() => {
    const server = new McpServer({ name: 'test', version: '1' });
    listed = server.registerTool('t', { inputSchema: schema }, async () => ({ content: [] }));
    return server;
  }, quiet);
  for (let i = 0; i < 3; i += 1) await ask(handler, { method: 'tools/list' }, '2026-07-28');
  const { jsonSchema } = (listed.inputSchema as typeof schema)['~standard'];
  const remembered = jsonSchema.input({ target: 'draft-2020-12' });
  expect(jsonSchema.input({ target: 'draft-2020-12' })).toBe(remembered);
  const a = (remembered.properties as { a: { description: string } }).a;
  expect(() => {
    a.description = 'of somebody else';
  }).toThrow(TypeError);
});

it('prompts are converted for the first two requests only', async () => {
  const args = counted(z.object({ topic: z.string().describe('What about') }));
  const handler = createLambdaHandler(() => {
    const server = new McpServer({ name: 'test', version: '1' });
    server.registerPrompt('p', { argsSchema: args.schema }, () => ({ messages: [] }));
    return server;
  }, quiet);
  for (let i = 0; i < 5; i += 1) {
    const { prompts } = await ask(handler, { method: 'prompts/list' }, '2026-07-28');
    expect(prompts[0].arguments).toEqual([{ name: 'topic', description: 'What about', required: true }]);
  }
  expect(args.count.input).toBe(2);
});

it.each(['2025-11-25', '2026-07-28'] as const)(
  'a list is not read again out of what was written, in %s',
  async (revision) => {
    const handler = createLambdaHandler(() => {
      const server = new McpServer({ name: 'tools', version: '1.0.0' });
      server.registerTool('greet', { inputSchema: z.object({}) }, async () => ({ content: [] }));
      return server;
    });
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const { headers, body } = toRequest({ method: 'tools/list' }, revision);
      const response = await handler.fetch(new Request('http://localhost/', { method: 'POST', headers, body }));
      expect(await response.text()).toContain('"tools":[');
      expect(parse.mock.calls.filter(([text]) => String(text).includes('"tools":['))).toEqual([]);
    } finally {
      parse.mockRestore();
    }
  },
);
