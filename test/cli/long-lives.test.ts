import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { bareEnvironment, runCli } from '../support/cli.ts';
import { startProxy } from '../support/proxy-process.ts';

const env = {
  ...bareEnvironment,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Answer = (request: IncomingMessage, response: ServerResponse, message: { id?: number; method?: string }) => void;

async function serve(answer: Answer): Promise<string> {
  const server = createServer(async (request, response) =>
    answer(request, response, JSON.parse((await text(request)) || '{}')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function answerMcp(response: ServerResponse, { id, method }: { id?: number; method?: string }): void {
  if (id === undefined) return void response.writeHead(method === undefined ? 405 : 202).end();
  const results: Record<string, object> = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } },
    'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: 'hi' }] },
  };
  const result = results[method ?? ''];
  const error = { code: -32601, message: 'Method not found' };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) }));
}

/** How servers say that a session has ended. */
const ENDINGS: Record<string, (response: ServerResponse) => void> = {
  'plain text': (response) => response.writeHead(404).end('Not Found: Session not found'),
  'a JSON-RPC error': (response) =>
    response
      .writeHead(404, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}'),
  'an error of AgentCore': (response) =>
    response
      .writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' })
      .end('{"message":"The session has expired"}'),
};

/** A server with sessions, which end when `end` is called; `begun` are those there were. */
async function serveSessions(ending: keyof typeof ENDINGS) {
  const live = new Set<string>();
  const seen: string[] = [];
  const state = { refuses: false };
  const url = await serve((request, response, message) => {
    const session = String(request.headers['mcp-session-id'] ?? '');
    if (request.method === 'POST') seen.push(`${message.method} ${session}`);
    if (message.method === 'initialize' && !state.refuses) {
      const id = `s${seen.filter((each) => each.startsWith('initialize')).length}`;
      live.add(id);
      response.setHeader('mcp-session-id', id);
    } else if (message.method !== 'server/discover' && !live.has(session)) return ENDINGS[ending]?.(response);
    answerMcp(response, message);
  });
  return { url, seen, state, end: () => live.clear() };
}

describe.each(Object.keys(ENDINGS))('a session that the server ended, by %s', (ending) => {
  it('is begun anew by the proxy, once, and the requests are sent again', async () => {
    const server = await serveSessions(ending);
    await using proxy = startProxy([server.url], env);
    await proxy.request('initialize', { protocolVersion: '2025-11-25' });
    proxy.send({ method: 'notifications/initialized' });
    await proxy.request('tools/list');
    server.end();
    const calls = await Promise.all(['a', 'b', 'c'].map((id) => proxy.request('tools/call', { name: 'echo' }, id)));
    expect(calls.map(({ result }) => result?.content[0].text)).toEqual(['hi', 'hi', 'hi']);
    expect(server.seen.filter((each) => each.startsWith('initialize'))).toHaveLength(2);
    expect(server.seen.filter((each) => each === 'notifications/initialized s2')).toHaveLength(1);
    expect(server.seen.filter((each) => each === 'tools/call s2')).toHaveLength(3);
    // The host knows of nothing: no second answer to its `initialize`.
    expect(proxy.lines).toHaveLength(5);
  });

  it('that cannot be begun anew is told', async () => {
    const server = await serveSessions(ending);
    await using proxy = startProxy([server.url], env);
    await proxy.request('initialize', { protocolVersion: '2025-11-25' });
    server.end();
    server.state.refuses = true;
    const { error } = await proxy.request('tools/call', { name: 'echo' });
    expect(error.message).toBeTypeOf('string');
    expect(server.seen.filter((each) => each.startsWith('tools/call'))).toHaveLength(1);
  });
});

it('a shell begins an ended session anew', async () => {
  const server = await serveSessions('plain text');
  const list = server.seen;
  const running = runCli(['shell', server.url], { env, input: 'echo\necho\n' });
  await expect.poll(() => list.some((each) => each.startsWith('tools/')), { timeout: 15_000 }).toBe(true);
  server.end();
  expect(await running).toMatchObject({ code: 0, stdout: 'hi\nhi\n' });
});

describe('a redirect', () => {
  const redirecting = (status: number, location: string) =>
    serve((request, response, message) => {
      if (request.url === '/mcp') return void response.writeHead(status, { location }).end();
      answerMcp(response, message);
    });

  it.each([307, 308])('to the same origin (%i) is followed by every command', async (status) => {
    const url = `${await redirecting(status, '/mcp/')}mcp`;
    expect(await runCli(['tools', url], { env })).toMatchObject({ code: 0, stderr: '' });
    expect(await runCli(['call', url, 'echo'], { env })).toMatchObject({ code: 0, stdout: 'hi\n' });
    await using proxy = startProxy([url], env);
    expect(await proxy.request('tools/list')).toHaveProperty('result.tools');
  });

  it.each([
    [307, 'http://inner.invalid:8080/mcp/'],
    [301, '/mcp/'],
  ])('by %i to %s is told as what it is', async (status, location) => {
    const url = `${await redirecting(status, location)}mcp`;
    const words = /redirects \(30\d\) to .*\/mcp\/.*call that URL yourself/;
    expect((await runCli(['tools', url], { env })).stderr).toMatch(words);
    await using proxy = startProxy([url], env);
    expect((await proxy.request('tools/list')).error.message).toMatch(words);
  });
});
