import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type RunningServer, type ServeOptions, serve } from 'lambda-mcp/http';
import type { Caller } from 'lambda-mcp/server';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import { createLambdaHandler as createLambdaHandlerV1 } from 'lambda-mcp/server/v1';
import { afterEach, describe, expect, it } from 'vitest';
import { createEventStore } from '../../server/http/sessions/event-store.ts';
import { createSessionIds } from '../../server/http/sessions/session-id.ts';
import { createSessionMap } from '../../server/http/sessions/session-map.ts';
import { WITH_SESSIONS, type WithSessions } from '../../server/sessions.ts';
import { handler as handlerV1 } from '../fixtures/servers/session-v1.ts';
import { handler as handlerV2 } from '../fixtures/servers/session-v2.ts';
import { META_2026 } from '../support/served.ts';
import { LINES, type SessionClient } from '../support/session-clients.ts';

const HANDLERS = { v1: handlerV1, v2: handlerV2 };
const PAIRS = [
  ['v1', 'v1'],
  ['v1', 'v2'],
  ['v2', 'v1'],
  ['v2', 'v2'],
] as const;

const running: (RunningServer | SessionClient)[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close();
});

async function start(line: 'v1' | 'v2', options: ServeOptions = {}): Promise<URL> {
  const server = await serve(HANDLERS[line], { port: 0, handleSignals: false, sessions: true, ...options });
  running.push(server);
  return server.url;
}

async function connect(line: 'v1' | 'v2', url: URL): Promise<SessionClient> {
  const client = await LINES[line](url);
  running.push(client);
  return client;
}

const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1.0.0' } },
};

function toRequest(url: URL | string, message: object, headers: Record<string, string> = {}): Request {
  return new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
}

const post = (url: URL, message: object, headers?: Record<string, string>) => fetch(toRequest(url, message, headers));

async function begin(url: URL): Promise<string> {
  const response = await post(url, INITIALIZE);
  await response.text();
  return response.headers.get('mcp-session-id') as string;
}

describe.each(PAIRS)('a server of %s with a stock client of %s', (server, line) => {
  it('keeps what it knows, asks its client, and tells it of changes', async () => {
    const client = await connect(line, await start(server));
    expect(client.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    expect([await client.call('count'), await client.call('count')]).toEqual([1, 2]);
    // The stream for questions is there a moment after the client has connected.
    await sleep(100);
    expect(await client.call('ask')).toEqual({ name: 'Ada' });
    expect(await client.call('roots')).toEqual([{ uri: 'file:///work' }]);
    expect(await client.call('sample')).toMatchObject({ text: 'Hello' });
    await client.call('change');
    await expect.poll(() => client.changes.count).toBeGreaterThan(0);
  });

  it('takes up a stream that was ended before the answer', async () => {
    const client = await connect(line, await start(server));
    expect(await client.call('pause')).toBe('resumed');
  });

  it('has an end, after which it is not found', async () => {
    const client = await connect(line, await start(server));
    await client.terminate();
    const url = await start(server);
    const id = await begin(url);
    expect((await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': id } })).status).toBe(200);
    expect((await post(url, { method: 'ping' }, { 'mcp-session-id': id })).status).toBe(404);
  });
});

describe.each(['v1', 'v2'] as const)('sessions of %s', (line) => {
  it('answer with an error what JSON cannot hold', async () => {
    const client = await connect('v1', await start(line));
    await expect(client.call('bigint')).rejects.toThrow('Internal error');
    expect(await client.call('count')).toBe(1);
  });

  it('belong to the caller who began them, and to whom they speak for', async () => {
    const sessions = createSessionMap({});
    const { [WITH_SESSIONS]: withSessions } = HANDLERS[line] as unknown as { [WITH_SESSIONS]: WithSessions };
    const answer = withSessions(sessions);
    const url = 'http://localhost/mcp';
    const as = (arn: string | undefined) => (arn ? { caller: { arn } as Caller } : {});
    const begun = await answer(toRequest(url, INITIALIZE), as('arn:aws:iam::111122223333:user/ada'));
    await begun.text();
    const id = begun.headers.get('mcp-session-id') as string;
    const ping = async (arn: string | undefined) => {
      const response = await answer(toRequest(url, { method: 'ping' }, { 'mcp-session-id': id }), as(arn));
      await response.text();
      return response.status;
    };
    expect(await ping('arn:aws:iam::111122223333:user/ada')).toBe(200);
    expect(await ping('arn:aws:iam::111122223333:user/eve')).toBe(404);
    expect(await ping(undefined)).toBe(404);
    const end = new Request(url, { method: 'DELETE', headers: { 'mcp-session-id': id } });
    expect((await answer(end, as('arn:aws:iam::111122223333:user/eve'))).status).toBe(404);
    expect(await ping('arn:aws:iam::111122223333:user/ada')).toBe(200);
    sessions.stop();
  });

  it('end when nobody uses them, and not while a stream is open or a call runs', async () => {
    const url = await start(line, { sessions: { idleTimeout: 150 } });
    const idle = await begin(url);
    const watched = await begin(url);
    const busy = await begin(url);
    const left = new AbortController();
    const { signal } = left;
    const headers = { accept: 'text/event-stream', 'mcp-session-id': watched };
    await fetch(url, { headers, signal });
    const calling = post(url, { method: 'tools/call', params: { name: 'slow' } }, { 'mcp-session-id': busy });
    await sleep(500);
    const status = async (id: string) => {
      const response = await post(url, { method: 'ping' }, { 'mcp-session-id': id });
      await response.text();
      return response.status;
    };
    expect(await status(idle)).toBe(404);
    expect(await status(watched)).toBe(200);
    expect(await (await calling).text()).toContain('slow');
    left.abort();
    await expect.poll(() => status(watched), { interval: 400 }).toBe(404);
  });

  it('are as many as they may be', async () => {
    const url = await start(line, { sessions: { maxSessions: 1 } });
    const id = await begin(url);
    expect((await post(url, INITIALIZE)).status).toBe(503);
    await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': id } });
    expect((await post(url, INITIALIZE)).status).toBe(200);
  });

  it('refuse a request that names none', async () => {
    const url = await start(line);
    const nameless = await post(url, { method: 'tools/list' });
    expect(nameless.status).toBe(400);
    expect(await nameless.text()).toContain('Mcp-Session-Id');
    expect((await fetch(url, { headers: { accept: 'text/event-stream' } })).status).toBe(400);
    const refused = await post(url, INITIALIZE, { accept: 'application/json' });
    expect(refused.status).toBe(406);
    // As AgentCore Runtime sends it.
    const foreign = await post(url, INITIALIZE, { 'mcp-session-id': 'of-the-platform' });
    expect(foreign.status).toBe(200);
    expect(foreign.headers.get('mcp-session-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('let a running call finish once the server is to stop', async () => {
    const server = await serve(HANDLERS[line], { port: 0, handleSignals: false, sessions: true });
    const client = await connect('v1', server.url);
    await sleep(100);
    const calling = client.call('slow');
    await sleep(100);
    const closed = server.close();
    expect(await calling).toBe('slow');
    // Its stream for questions, which never ends by itself, does not hold it up.
    await closed;
  });
});

describe('silence', () => {
  it('is broken by comments, on the stream of a session and in a call', async () => {
    const make = () => {
      const server = new McpServer({ name: 'quiet', version: '1.0.0' });
      server.registerTool('slow', {}, async () => {
        await sleep(200);
        return { content: [{ type: 'text', text: 'slept' }] };
      });
      return server;
    };
    const handler = createLambdaHandlerV1(make, { keepAliveInterval: 50, logger() {} });
    const server = await serve(handler, { port: 0, handleSignals: false, sessions: true });
    running.push(server);
    const id = await begin(server.url);
    const headers = { accept: 'text/event-stream', 'mcp-session-id': id };
    const stream = await fetch(server.url, { headers });
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(': still running\n');
    const call = { method: 'tools/call', params: { name: 'slow' } };
    const text = await (await post(server.url, call, { 'mcp-session-id': id })).text();
    expect(text).toMatch(/^: still running\n.*"text":"slept"/ms);
    await reader.cancel();
  });
});

describe('protocol 2026-07-28', () => {
  it('is served beside sessions, without one', async () => {
    const url = await start('v2');
    const params = { name: 'count', arguments: {}, _meta: META_2026 };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'count' };
    for (const _ of [1, 2]) {
      const response = await post(url, { method: 'tools/call', params }, headers);
      expect(response.headers.has('mcp-session-id')).toBe(false);
      expect(await response.text()).toContain('"text":"1"');
    }
  });
});

describe('what sessions are given', () => {
  it('is a factory, a lifetime and a secret that can be meant', async () => {
    const fetching = createLambdaHandler({ fetch: () => new Response() }, { logger() {} });
    await expect(serve(fetching, { port: 0, sessions: true })).rejects.toThrow('cannot have sessions');
    expect(() => createSessionMap({ idleTimeout: 0 })).toThrow('sessions.idleTimeout');
    const secret = 'x'.repeat(32);
    expect(() => createSessionMap({ cluster: { address: 'here', secret } })).toThrow('sessions.cluster.address');
    expect(() => createSessionMap({ cluster: { address: 'http://a:1', secret: 'short' } })).toThrow('32 characters');
  });
});

describe('an id that names a process', () => {
  it('is believed only as it was made', () => {
    const ids = createSessionIds('http://10.0.0.1:8000', 'a'.repeat(32));
    const id = ids.newId();
    expect(ids.addressOf(id)).toBe('http://10.0.0.1:8000');
    const [address, uuid, signature] = id.split('.') as [string, string, string];
    const evil = Buffer.from('http://169.254.169.254').toString('base64url');
    const forgeries = [`${evil}.${uuid}.${signature}`, `${evil}.${uuid}`, `${address}.${uuid}.`, uuid, '', '..'];
    for (const made of forgeries) expect(ids.addressOf(made)).toBeUndefined();
    expect(createSessionIds('http://10.0.0.1:8000', 'b'.repeat(32)).addressOf(id)).toBeUndefined();
  });
});

describe('the events of a session', () => {
  it('are replayed after the last one that came, of its stream alone, as long as they are kept', async () => {
    const store = createEventStore(60);
    const replay = async (after: string) => {
      const sent: unknown[] = [];
      await store.replayEventsAfter(after, { send: async (_, message) => void sent.push(message) });
      return sent;
    };
    const first = await store.storeEvent('a', {});
    await store.storeEvent('b', { n: 1 });
    const second = await store.storeEvent('a', { n: 2 });
    await store.storeEvent('a', { n: 3 });
    expect(await replay(first)).toEqual([{ n: 2 }, { n: 3 }]);
    expect(await replay(second)).toEqual([{ n: 3 }]);
    await expect(replay('a_99')).rejects.toThrow('kept no more');
    await expect(replay('nonsense')).rejects.toThrow('kept no more');
    await store.storeEvent('a', { long: 'x'.repeat(100) });
    await expect(replay(first)).rejects.toThrow('kept no more');
  });
});
