import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { startProxy } from '../support/proxy-process.ts';

const env = {
  ...bareEnvironment,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
const RESULTS: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }] },
  'tools/call': { content: [{ type: 'text', text: 'hi' }] },
};

type Way = (response: ServerResponse, message: { jsonrpc: string; id: unknown; result: object }) => void;
const json = (response: ServerResponse, body: string, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
const events = (response: ServerResponse, body: string) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(body);

const asJson: Way = (response, message) => json(response, JSON.stringify(message));

/** Ways of answering that both SDK lines take; the streams stay open. */
const TAKEN: Readonly<Record<string, Way>> = {
  'its id as a string': (response, message) => json(response, JSON.stringify({ ...message, id: String(message.id) })),
  'an array of one': (response, message) => json(response, JSON.stringify([message])),
  'a byte order mark': (response, message) => json(response, `\uFEFF${JSON.stringify(message)}`),
  'a stream': (response, message) => events(response, `event: message\ndata: ${JSON.stringify(message)}\n\n`),
  'a stream, its id as a string': (response, message) =>
    events(response, `data: ${JSON.stringify({ ...message, id: String(message.id) })}\n\n`),
  'a stream with a byte order mark': (response, message) =>
    events(response, `\uFEFFdata: ${JSON.stringify(message)}\n\n`),
  'a stream of lines that end in CR': (response, message) =>
    events(response, `: hello\r\revent: message\rdata: ${JSON.stringify(message)}\r\r\n`),
  'a stream of pretty-printed data': (response, message) =>
    events(
      response,
      JSON.stringify({ ...message, id: String(message.id) }, null, 2)
        .replaceAll(/^/gm, 'data: ')
        .concat('\n\n'),
    ),
  'a stream with events that are none': (response, message) =>
    events(response, `data:\n\ndata: hello\n\nevent: ping\ndata: {}\n\ndata: ${JSON.stringify(message)}\n\n`),
  'a stream that comes in pieces': (response, message) => {
    const body = `data: ${JSON.stringify({ ...message, id: String(message.id) })}\n\n`;
    events(response, body.slice(0, 20));
    setImmediate(() => response.write(body.slice(20)));
  },
};

/** Answers that are none, and what is told of them. */
const BROKEN: Readonly<Record<string, readonly [Way, RegExp]>> = {
  'JSON that is cut short': [(response, message) => json(response, JSON.stringify(message).slice(0, -5)), /cut short/],
  'JSON that is none': [(response) => json(response, 'hello'), /is no JSON/],
  'no JSON at all': [(response) => json(response, ''), /answered with nothing/],
  'another content type': [(response) => response.setHeader('content-type', 'text/html').end('<p>'), /text\/html/],
  'an error that names no request': [
    (response) => json(response, '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Too odd"}}'),
    /Too odd/,
  ],
  'a refusal that names no request': [
    (response) => json(response, '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Not Acceptable"}}', 406),
    /Not Acceptable/,
  ],
  'a refusal in an array': [
    (response) => json(response, '[{"jsonrpc":"2.0","id":"1","error":{"code":-32000,"message":"Bad version"}}]', 400),
    /Bad version/,
  ],
  'a stream without an answer': [(response) => events(response, ': bye\n\n') && response.end(), /ended/],
};

let seen: string[] = [];
const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  const { method = '', id } = parse(await text(request));
  if (id === undefined) return response.writeHead(request.method === 'POST' ? 202 : 405).end();
  seen.push(method);
  const result = RESULTS[method];
  if (!result) return json(response, JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: method } }));
  const name = decodeURIComponent(request.url?.slice(1) ?? '');
  const [broken] = BROKEN[name] ?? [];
  const way = TAKEN[name] ?? (method === 'initialize' ? undefined : broken) ?? asJson;
  way(response, { jsonrpc: '2.0', id, result });
});
let origin: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function parse(body: string): { method?: string; id?: unknown } {
  return body === '' ? {} : JSON.parse(body);
}

const call = { name: 'echo', arguments: {} };

async function startHttp(url: string) {
  const proxy = startProxy([url, '--http'], env);
  await expect.poll(() => proxy.lines.length, { timeout: 5000 }).toBe(1);
  const local = /http:\/\/[^ "]+\/mcp/.exec(proxy.lines[0] ?? '')?.[0] ?? '';
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const post = (message: object) =>
    fetch(local, { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', ...message }) });
  return { proxy, post, url: local };
}

/** The message in a body's beginning: the stream may stay open. */
async function firstMessage(response: Response) {
  let read = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += chunk;
    const data = read.split(/\r\n|\n|\r/).flatMap((line) => (line.startsWith('data:') ? [line.slice(5)] : []));
    const whole = [read, data.slice(-1).join(''), data.join('')].map(readJson).find((value) => value?.id !== undefined);
    if (whole) return whole;
  }
  throw new Error(`No message in ${read}`);
}

function readJson(body: string) {
  try {
    const value = JSON.parse(body);
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined;
  }
}

describe.each(Object.keys(TAKEN))('an answer that SDKs take, as %s,', (name) => {
  const url = () => `${origin}/${encodeURIComponent(name)}`;

  it('is taken by the command, and asked for once', async () => {
    seen = [];
    const { code, stdout, stderr } = await runCli(['call', url(), 'echo', '--timeout', '5'], { env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'hi\n', stderr: '' });
    expect(seen).toEqual(['server/discover', 'initialize', 'tools/list', 'tools/call']);
  });

  it('reaches a host on stdio with the id that it used', async () => {
    // With --read-only the proxy itself reads a list before a call.
    await using proxy = startProxy([url(), '--timeout', '5', '--read-only'], env);
    for (const [id, method, params] of [
      [1, 'initialize', {}],
      [2, 'tools/call', call],
      ['3', 'tools/list', {}],
    ] as const) {
      expect(await proxy.request(method, params, id)).toEqual({ jsonrpc: '2.0', id, result: RESULTS[method] });
    }
  });

  it('reaches a host over HTTP with the id that it used', async () => {
    const { proxy, post } = await startHttp(url());
    await using _ = proxy;
    for (const method of ['initialize', 'tools/list', 'tools/call']) {
      const answer = await post({ id: 4, method, params: method === 'tools/call' ? call : {} });
      expect(await firstMessage(answer)).toEqual({ jsonrpc: '2.0', id: 4, result: RESULTS[method] });
    }
  });
});

describe.each(Object.keys(BROKEN))('of %s', (name) => {
  const url = () => `${origin}/${encodeURIComponent(name)}`;
  const [, words] = BROKEN[name] as readonly [Way, RegExp];

  it('the command says what came', async () => {
    const { code, stdout, stderr } = await runCli(['tools', url(), '--timeout', '5'], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
  });

  it('a host on stdio gets an error', async () => {
    await using proxy = startProxy([url(), '--timeout', '5'], env);
    expect((await proxy.request('tools/list', {}, 5)).error.message).toMatch(words);
    expect((await proxy.request('tools/call', call, 6)).error.message).toMatch(words);
    expect(await proxy.end()).toBe(0);
    for (const line of proxy.lines) expect(JSON.parse(line)).toHaveProperty('jsonrpc', '2.0');
  });

  it('a host over HTTP gets an error', async () => {
    const { proxy, post } = await startHttp(url());
    await using _ = proxy;
    for (const method of ['tools/list', 'tools/call']) {
      const answer = await firstMessage(await post({ id: 6, method, params: call }));
      expect(answer).toMatchObject({ jsonrpc: '2.0', id: 6, error: { message: expect.stringMatching(words) } });
    }
  });
});

describe('a server that refuses everything', () => {
  let status = 500;
  let refusal: readonly [string, Record<string, string>] = ['', {}];
  let methods: string[] = [];
  const refusing = createServer(async (request, response) => {
    const { method = request.method ?? '' } = parse(await text(request));
    methods.push(method);
    response.writeHead(status, { 'content-type': 'application/json', ...refusal[1] }).end(refusal[0]);
  });
  let url: string;
  beforeAll(async () => {
    await once(refusing.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    refusing.close();
    refusing.closeAllConnections();
  });

  it.each([
    [
      429,
      '{"message":"Rate Exceeded."}',
      { 'x-amzn-errortype': 'TooManyRequestsException' },
      5,
      /throttled \(429\).*Rate/,
    ],
    [503, '{"message":"Service Unavailable"}', {}, 5, /unavailable or throttled \(503\)/],
    [500, 'Internal Server Error', {}, 1, /failed \(500\)/],
  ] as const)(
    'by %i is told, and not taken for one of the older era',
    async (given, body, headers, exitCode, words) => {
      [status, refusal, methods] = [given, [body, headers], []];
      const { code, stderr } = await runCli(['tools', url], { env });
      expect({ code, stderr }).toEqual({ code: exitCode, stderr: expect.stringMatching(words) });
      expect(methods).toEqual(Array(3).fill('server/discover'));
      await using proxy = startProxy([url], env);
      const { error } = await proxy.request('tools/call', call);
      expect(error).toMatchObject({ message: expect.stringMatching(words), data: { status: given } });
    },
  );

  it('by 404 gets a GET that is none of MCP, as it is', async () => {
    [status, refusal, methods] = [404, ['{"message":"Nothing here"}', {}], []];
    const { proxy, url: local } = await startHttp(url);
    await using _ = proxy;
    const answer = await fetch(local);
    expect([answer.status, await answer.text()]).toEqual([404, '{"message":"Nothing here"}']);
    expect((await fetch(local, { headers: { accept: 'text/event-stream' } })).status).toBe(405);
    expect(methods).toEqual(['GET']);
  });
});

it('a GET that cannot be sent is told to a host over HTTP in the words of the command', async () => {
  const closed = createServer();
  await once(closed.listen(0, '127.0.0.1'), 'listening');
  const { port } = closed.address() as AddressInfo;
  await once(closed.close(), 'close');
  const { proxy, url } = await startHttp(`http://127.0.0.1:${port}/`);
  await using _ = proxy;
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('Nothing listens at')]);
});
