import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { IdleTimeoutError, sigv4Fetch } from 'lambda-mcp/fetch';
import { describe, expect, it } from 'vitest';
import { credentials, startSignedServer } from '../support/signed-server.ts';

const message = (method: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { name: 'count' } }),
});
const event = 'data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n';
const stream = { 'content-type': 'text/event-stream' };
const limited = (idleTimeout: number) =>
  sigv4Fetch({ credentials, region: 'us-east-1', idleTimeout, retry: { attempts: 2, baseDelay: 1 } });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Three ways to be silent: from the start, behind the head, and behind the first bytes. */
const SILENCES: readonly [string, (response: ServerResponse) => void][] = [
  ['before the answer begins', () => {}],
  ['behind its head', (response) => void response.writeHead(200, stream).flushHeaders()],
  ['behind its first bytes', (response) => void response.writeHead(200, stream).write(': open\n\n')],
];

describe.each(SILENCES)('silence %s', (_, respond) => {
  it('fails a call, which is not sent again', async () => {
    await using server = await startSignedServer((_, response) => respond(response));
    const told = await limited(200)(`${server.origin}/`, message('tools/call'))
      .then((response) => response.text())
      .catch(String);
    expect(told).toMatch(/Nothing came for 0\.2 s \(`idleTimeout`\)/);
    expect(told).toContain('may have run');
    expect(server.received).toHaveLength(1);
  });

  it('has a list asked for again', async () => {
    await using server = await startSignedServer((_, response) => {
      if (server.received.length === 1) respond(response);
      else response.writeHead(200, stream).end(event);
    });
    const response = await limited(300)(`${server.origin}/`, message('tools/list'));
    expect(await response.text()).toBe(event);
    expect(server.received).toHaveLength(2);
  });
});

it('silence before an answer is an error of its own kind', async () => {
  await using server = await startSignedServer(() => {});
  await expect(limited(50)(`${server.origin}/`, message('tools/call'))).rejects.toThrow(IdleTimeoutError);
});

it('an answer may take longer than the limit while something comes', async () => {
  await using server = await startSignedServer(async (_, response) => {
    response.writeHead(200, stream);
    for (let at = 0; at < 15; at += 1) {
      response.write(': still here\n\n');
      await pause(100);
    }
    response.end(event);
  });
  const response = await limited(1000)(`${server.origin}/`, message('tools/call'));
  expect((await response.text()).endsWith(event)).toBe(true);
});

it('an answer that nobody reads for a while is whole all the same', async () => {
  await using server = await startSignedServer((_, response) => {
    response.writeHead(200, stream);
    response.write(': first\n\n');
    setTimeout(() => response.end(event), 50);
  });
  const response = await limited(400)(`${server.origin}/`, message('tools/call'));
  const reader = response.body?.getReader();
  let text = Buffer.from((await reader?.read())?.value ?? []).toString();
  await pause(1000);
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    text += Buffer.from(next.value).toString();
  }
  expect(text).toBe(`: first\n\n${event}`);
});

it.each([undefined, 60_000])('a signal goes first, and is let go of: idleTimeout %j', async (idleTimeout) => {
  await using server = await startSignedServer((_, response) => {
    if (server.received.length === 1) response.writeHead(200, stream).end(event);
  });
  const fetch = sigv4Fetch({ credentials, region: 'us-east-1', ...(idleTimeout && { idleTimeout }) });
  const controller = new AbortController();
  const init = { ...message('tools/call'), signal: controller.signal };
  await (await fetch(`${server.origin}/`, init)).text();
  // Node's own fetch leaves one behind, until its Request is collected.
  const left = () => getEventListeners(controller.signal, 'abort').length;
  await expect.poll(left).toBeLessThanOrEqual(idleTimeout === undefined ? 1 : 0);
  const waiting = fetch(`${server.origin}/`, init);
  waiting.catch(() => {});
  await expect.poll(() => server.received.length).toBe(2);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

it('a body that is given up tells the server', async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await startSignedServer((_, response) => {
    response.on('close', closed.resolve);
    response.writeHead(200, stream).write(': open\n\n');
  });
  const response = await limited(60_000)(`${server.origin}/`, message('tools/call'));
  await response.body?.cancel();
  await closed.promise;
});
