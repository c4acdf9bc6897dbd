import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import { describe, expect, it } from 'vitest';
import { standInContext } from '../../server/lambda-context.ts';
import type { CallRecord } from '../../wire/call-record.ts';
import { serve } from '../support/served.ts';

const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [] } };
const call = { method: 'tools/call', params: { name: 'slow', arguments: {} } };

/** Asks a server that answers after `delay` milliseconds, where a silence of 20 is too long. */
async function ask(response: () => Response | Promise<Response>, delay = 50, asked: object = call, headers = {}) {
  const records: CallRecord[] = [];
  const handler = createLambdaHandler(
    { fetch: () => sleep(delay).then(response) },
    { keepAliveInterval: 20, logger: (record) => records.push(record) },
  );
  const served = await serve(handler, asked, headers);
  return { ...served, record: records.at(-1) };
}

const json = (body: unknown, init?: ResponseInit) => () => Response.json(body, init);
const events = (text: string) => () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });

describe('the call of a tool that is silent for long', () => {
  it('becomes an event stream of comments that ends with the answer', async () => {
    const { status, text, last, record } = await ask(json(RESULT));
    expect(status).toBe(200);
    expect(text).toMatch(/^(?:: still running\n)+event: message\ndata: \{.*\}\n\n$/);
    expect(last).toEqual(RESULT);
    expect(record).toMatchObject({ outcome: 'ok', status: 200 });
  });

  it.each<[string, () => Response, unknown]>([
    ['an event stream', events(`data: ${JSON.stringify(RESULT)}\n\n`), RESULT],
    [
      'pretty-printed JSON',
      () => new Response(JSON.stringify(RESULT, null, 2), { headers: { 'content-type': 'application/json' } }),
      RESULT,
    ],
    [
      'JSON that is compressed',
      () =>
        new Response(gzipSync(JSON.stringify(RESULT)), {
          headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        }),
      RESULT,
    ],
    [
      'a JSON-RPC error that names no request',
      json({ jsonrpc: '2.0', id: null, error: { code: -32003, message: 'not yours' } }, { status: 403 }),
      { jsonrpc: '2.0', id: 1, error: { code: -32003, message: 'not yours' } },
    ],
    [
      'a JSON-RPC error',
      json({ jsonrpc: '2.0', id: 1, error: { code: -32003, message: 'busy', data: 7 } }, { status: 503 }),
      { jsonrpc: '2.0', id: 1, error: { code: -32003, message: 'busy', data: 7 } },
    ],
    [
      'a refusal in words',
      () => new Response('No tea today.', { status: 418 }),
      { jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'The server answered 418: No tea today.' } },
    ],
    [
      'nothing',
      () => new Response(null, { status: 202 }),
      { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'Internal error' } },
    ],
    [
      'a failure',
      () => {
        throw new Error('out of paper');
      },
      { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'Internal error' } },
    ],
  ])('and is answered then with %s', async (_, response, message) => {
    const { status, last, text } = await ask(response);
    expect(status).toBe(200);
    expect(last).toEqual(message);
    expect(text).not.toContain('out of paper');
  });

  it('ends when its time is up, or its client leaves', async () => {
    const never = createLambdaHandler(
      { fetch: () => new Promise<Response>(() => {}) },
      { keepAliveInterval: 20, deadlineMargin: 0, logger() {} },
    );
    const lambda = { ...standInContext(), getRemainingTimeInMillis: () => 100 };
    const { text, last } = await serve(never, call, {}, { lambda });
    expect(text).toMatch(/^: still running\n/);
    expect(last.error).toMatchObject({ code: -32001 });

    const left = new AbortController();
    const leaving = serve(never, call, {}, {}, left.signal);
    setTimeout(() => left.abort(), 50);
    expect((await leaving).last.error).toMatchObject({ code: -32603 });
  });

  it('has comments between the lines of its own event stream, and none within a line', async () => {
    const encoder = new TextEncoder();
    const data = JSON.stringify(RESULT);
    const body = async function* () {
      yield encoder.encode(': first\nevent: message\n');
      await sleep(50);
      yield encoder.encode(`data: ${data.slice(0, 9)}`);
      await sleep(50);
      yield encoder.encode(`${data.slice(9)}\n\n`);
    };
    const { text, last } = await ask(
      () => new Response(ReadableStream.from(body()), { headers: { 'content-type': 'text/event-stream' } }),
      0,
    );
    expect(text).toMatch(/^: first\nevent: message\n(?:: still running\n)+data: \{/);
    expect(text).toContain(`data: ${data}\n\n`);
    expect(last).toEqual(RESULT);
  });
});

describe('all else', () => {
  it.each<[string, number, object, object]>([
    ['an answer that comes soon', 0, call, {}],
    ['what is no call of a tool', 50, { method: 'tools/list' }, {}],
    ['a client that takes no event stream', 50, call, { accept: 'application/json' }],
  ])('leaves as the server says it: %s', async (_, delay, asked, headers) => {
    const { text } = await ask(json(RESULT, { status: 201 }), delay, asked, headers);
    expect(text).toBe(JSON.stringify(RESULT));
  });

  it('keeps its compression', async () => {
    const { text } = await ask(
      () => new Response('zipped', { headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' } }),
      0,
    );
    expect(text).toBe('zipped');
  });
});
