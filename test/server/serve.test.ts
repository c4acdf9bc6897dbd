import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type RunningServer, type ServeOptions, serve } from 'lambda-mcp/http';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bareEnvironment, CLI, runCli } from '../support/cli.ts';

const ENTRY = resolve(import.meta.dirname, '../fixtures/servers/v2.ts');
const TYPED = ['--disable-warning=ExperimentalWarning'];

const running: RunningServer[] = [];
const processes: ChildProcess[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** A server whose tool answers once it is let go. */
async function start(options: ServeOptions = {}, answer: () => Promise<Response> = async () => answered()) {
  const handler = createLambdaHandler({ fetch: answer }, { logger() {} });
  const server = await serve(handler, { port: 0, handleSignals: false, ...options });
  running.push(server);
  return server;
}

const answered = () => Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
const CALL = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow', arguments: {} } });

function post(url: URL, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: CALL,
  });
}

/** `lambda-mcp serve` as a process; the first line says where. */
async function startProcess(...args: string[]): Promise<{ child: ChildProcess; url: URL }> {
  const child = spawn(process.execPath, [...TYPED, CLI, 'serve', ENTRY, '--port', '0', ...args], {
    env: bareEnvironment,
  });
  processes.push(child);
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, url: new URL(String(line).split('\n')[0] as string) };
}

describe('a server file over HTTP', () => {
  it('answers stock clients of both lines, several calls at once', async () => {
    const { url } = await startProcess();
    const v1 = new ClientV1({ name: 'test', version: '1.0.0' });
    await v1.connect(new TransportV1(url) as never);
    const v2 = new ClientV2({ name: 'test', version: '1.0.0' });
    await v2.connect(new StreamableHTTPClientTransport(url));
    const names = async (client: { listTools(): Promise<{ tools: { name: string }[] }> }) =>
      (await client.listTools()).tools.map(({ name }) => name);
    const lists = await Promise.all(Array.from({ length: 10 }, (_, i) => names(i % 2 === 0 ? v1 : v2)));
    expect(new Set(lists.map(String)).size).toBe(1);
    expect(lists[0]?.length).toBeGreaterThan(0);
    await Promise.all([v1.close(), v2.close()]);
  });

  it('says that it lives, and where MCP is', async () => {
    const { url } = await start({ path: '/tools' });
    expect(await (await fetch(new URL('/ping', url))).json()).toEqual({ status: 'Healthy' });
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
    const elsewhere = await post(new URL('/mcp', url));
    expect(elsewhere.status).toBe(404);
    expect(await elsewhere.text()).toContain('/tools');
    expect((await post(url)).status).toBe(200);
  });

  it('takes no body beyond the limit, and goes on', async () => {
    const handler = createLambdaHandler({ fetch: async () => answered() }, { maxRequestBodySize: 1000, logger() {} });
    const { url } = await serve(handler, { port: 0, handleSignals: false }).then((server) => {
      running.push(server);
      return server;
    });
    const long = await fetch(url, { method: 'POST', body: 'x'.repeat(3_000_000) });
    expect(long.status).toBe(413);
    await long.text();
    expect((await post(url)).status).toBe(200);
  });

  it('aborts a call whose client leaves', async () => {
    const aborted = Promise.withResolvers<void>();
    const handler = createLambdaHandler(
      {
        fetch: (request) =>
          new Promise((_, reject) => {
            request.signal.addEventListener('abort', () => {
              aborted.resolve();
              reject(request.signal.reason);
            });
          }),
      },
      { logger() {} },
    );
    const server = await serve(handler, { port: 0, handleSignals: false });
    running.push(server);
    const left = new AbortController();
    const leaving = fetch(server.url, { method: 'POST', body: CALL, signal: left.signal }).catch(() => {});
    setTimeout(() => left.abort(), 100);
    await aborted.promise;
    await leaving;
  });
});

describe('where it listens', () => {
  it('is loopback unless it is told otherwise, and allowed to', async () => {
    vi.stubEnv('PORT', '0');
    expect((await start({ port: undefined as never })).url.hostname).toBe('127.0.0.1');
    await expect(start({ host: '0.0.0.0' })).rejects.toThrow('allowUnauthenticated: true');
    expect((await start({ host: '0.0.0.0', allowUnauthenticated: true })).url.hostname).toBe('0.0.0.0');
    vi.stubEnv('PORT', 'eighty');
    await expect(start({ port: undefined as never })).rejects.toThrow('PORT is no port');
  });

  it('may be told by Lambda Web Functions', async () => {
    vi.stubEnv('AWS_LAMBDA_HTTP_ENDPOINT', '0.0.0.0:3000');
    await expect(start()).rejects.toThrow('would listen on 0.0.0.0');
    const { url } = await start({ allowUnauthenticated: true });
    expect(url.hostname).toBe('0.0.0.0');
  });

  it('serves on loopback only those who call it so', async () => {
    const { url } = await start();
    expect(await statusFor(url, 'rebound.example')).toBe(403);
    expect(await statusFor(url, `localhost:${url.port}`)).toBe(200);
    const named = await start({ allowedHosts: ['mcp.example.com'] });
    expect(await statusFor(named.url, 'mcp.example.com')).toBe(200);
    expect(await statusFor(named.url, 'localhost')).toBe(403);
  });
});

describe('a page that calls', () => {
  it.each([
    ['http://localhost:5173', 200],
    ['http://127.0.0.1:3000', 200],
    ['http://[::1]:3000', 200],
    ['https://evil.example', 403],
    ['http://localhost.evil.example', 403],
    ['null', 403],
  ])('from %s gets %i on loopback', async (origin, status) => {
    const { url } = await start();
    expect((await post(url, { origin })).status).toBe(status);
  });

  it('is let in elsewhere only as the handler says', async () => {
    const handler = createLambdaHandler(
      { fetch: async () => answered() },
      { allowedOrigins: ['https://app.example'], logger() {} },
    );
    const server = await serve(handler, {
      host: '0.0.0.0',
      port: 0,
      handleSignals: false,
      allowUnauthenticated: true,
    });
    running.push(server);
    const url = new URL(`http://127.0.0.1:${server.url.port}/mcp`);
    expect((await post(url, { origin: 'https://app.example' })).status).toBe(200);
    expect((await post(url, { origin: 'http://localhost:5173' })).status).toBe(403);
  });
});

/** `fetch` sends no Host of one's own. */
async function statusFor(url: URL, host: string): Promise<number | undefined> {
  const sent = httpRequest(url, { method: 'POST', headers: { host, accept: 'application/json, text/event-stream' } });
  sent.end(CALL);
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

describe('once it is to stop', () => {
  it('finishes what runs, and takes no more', async () => {
    const go = Promise.withResolvers<void>();
    const server = await start({}, async () => {
      await go.promise;
      return answered();
    });
    const under = post(server.url);
    await sleep(100);
    const closed = server.close();
    await expect(post(server.url)).rejects.toThrow();
    go.resolve();
    expect(await (await under).json()).toMatchObject({ result: { content: [] } });
    await closed;
  });

  it('breaks off what takes longer than it may', async () => {
    const server = await start({ stopTimeout: 100 }, () => new Promise(() => {}));
    const under = post(server.url);
    under.catch(() => {});
    await sleep(100);
    await server.close();
    await expect(under).rejects.toThrow();
  });

  it('ends by SIGTERM, and at once by a second one', async () => {
    const patient = await startProcess();
    patient.child.kill('SIGTERM');
    expect(await once(patient.child, 'exit')).toEqual([0, null]);

    const busy = await startProcess();
    // A request that never comes to its end keeps it waiting.
    const socket = connect(Number(busy.url.port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{');
    await sleep(200);
    busy.child.kill('SIGTERM');
    await sleep(200);
    expect(busy.child.exitCode).toBeNull();
    busy.child.kill('SIGTERM');
    expect(await once(busy.child, 'exit')).toEqual([143, null]);
    socket.destroy();
  });
});

describe('what it is given', () => {
  it('is a handler', async () => {
    await expect(serve((() => {}) as never)).rejects.toThrow('takes what createLambdaHandler returns');
    const wrong = await runCli(['serve', 'package.json'], { env: bareEnvironment });
    expect(wrong.code).not.toBe(0);
    const none = await runCli(['serve'], { env: bareEnvironment });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('serve takes one server file') });
    const open = await runCli(['serve', ENTRY, '--host', '0.0.0.0', '--port', '0'], { env: bareEnvironment });
    expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining('--allow-unauthenticated') });
  });
});
