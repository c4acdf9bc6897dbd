import { getEventListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toStream } from '../../wire/body-reader.ts';
import { completeAnswer } from '../../wire/complete-answer.ts';
import type { CompleteAnswerOptions } from '../../wire/completed-answer.ts';

const error = { code: -32000, message: 'cut off' };
const answer = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'a "quoted" \\ text: ü' }] } };
const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1, id: 1, result: {} } };
const told = { kind: 'result', isError: false };

function sse(...messages: unknown[]): string {
  return messages.map((message) => `event: message\ndata: ${JSON.stringify(message)}\n\n`).join('');
}

interface Init {
  readonly cuts?: readonly number[];
  readonly failWith?: Error | null;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

function response(contentType: string, text: string | Uint8Array, init: Init = {}): Response {
  const { cuts = [], failWith, status = 200, headers } = init;
  const bytes = Buffer.from(text as string);
  const points = [0, ...cuts.map((cut) => Math.min(cut, bytes.byteLength)).sort((a, b) => a - b), bytes.byteLength];
  async function* chunks() {
    for (let i = 1; i < points.length; i += 1) {
      const chunk = bytes.subarray(points[i - 1], points[i]);
      if (chunk.byteLength > 0) yield chunk;
    }
    if (failWith) throw failWith;
  }
  return new Response(ReadableStream.from(chunks()), { status, headers: { 'content-type': contentType, ...headers } });
}

function complete(given: Response, options: Partial<CompleteAnswerOptions> = {}) {
  const completed = completeAnswer(given, { id: 1, failure: () => error, ...options });
  const { status, headers } = completed;
  const body = completed.body ? toStream(completed.body) : null;
  return { ...completed, response: new Response(body, { status, headers }) };
}

const events = (text: string, init?: Init) => response('text/event-stream', text, init);
const json = (text: string, init?: Init) => response('application/json', text, init);

/** The messages that a browser's or an SDK's parser would dispatch. */
function messagesOf(text: string): unknown[] {
  return text.split(/\r\n\r\n|\n\n|\r\r/).flatMap((event) => {
    const lines = event.split(/\r\n|\n|\r/).filter((line) => line !== '');
    const type =
      lines
        .findLast((line) => line.startsWith('event:'))
        ?.slice(6)
        .trim() ?? 'message';
    const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
    return data.length > 0 && type === 'message' ? [JSON.parse(data.join('\n'))] : [];
  });
}

describe('an event stream', () => {
  it.each(['\n', '\r', '\r\n'])('passes unchanged when it holds the answer, lines ending in %j', async (eol) => {
    const text = `: hello\n\ndata:\n\n${sse(progress, answer)}`.replaceAll('\n', eol);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: Buffer.byteLength(text) }), { maxLength: 20 }),
        fc.boolean(),
        async (cuts, withBom) => {
          const sent = withBom ? `\ufeff${text}` : text;
          const completed = complete(events(sent, { cuts }));
          const received = Buffer.from(await completed.response.arrayBuffer()).toString();
          // To a CR an LF might belong, for which a parser waits.
          expect(received).toBe(eol === '\r' ? `${sent}\n` : sent);
          expect(completed.seen.answer).toMatchObject(told);
          expect(completed.seen.isCutOff).toBe(false);
        },
      ),
    );
  });

  it.each<[string, string]>([
    ['an id in quotes', sse({ ...answer, id: '1' })],
    ['pretty-printed data', `${JSON.stringify(answer, null, 2).replaceAll(/^/gm, 'data: ')}\r\n\r\n`],
    ['no space behind the colon', `data:${JSON.stringify(answer)}\n\n`],
    ['a byte order mark before the data', `\ufeffdata: ${JSON.stringify(answer)}\n\n`],
    ['an error', sse({ jsonrpc: '2.0', id: 1, error })],
    ['more after it', sse(answer, progress)],
  ])('passes unchanged with %s', async (_, text) => {
    const completed = complete(events(text));
    expect(Buffer.from(await completed.response.arrayBuffer()).toString()).toBe(text);
    expect(completed.seen.answer).toBeTypeOf('object');
  });

  it.each(['data: ', 'event: message\ndata:'])(
    'is finished where only the blank line is missing behind %j',
    async (lead) => {
      for (const end of ['', '\n', '\r\n']) {
        for (const failWith of [null, new Error('reset')]) {
          const completed = complete(events(`${lead}${JSON.stringify(answer)}${end}`, { failWith }));
          expect(messagesOf(await completed.response.text())).toEqual([answer]);
          expect(completed.seen.answer).toMatchObject(told);
        }
      }
    },
  );

  it('gets an error when it ends without the answer, wherever it was cut', async () => {
    const text = sse(progress, answer);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: Buffer.byteLength(text) - 3 }),
        fc.option(fc.constant(new Error('reset'))),
        async (length, failWith) => {
          const cut = Buffer.from(text).subarray(0, length).toString('latin1');
          const completed = complete(events(cut, { failWith }));
          expect(messagesOf(await completed.response.text()).at(-1)).toEqual({ jsonrpc: '2.0', id: 1, error });
          expect(completed.seen.answer).toBeUndefined();
          expect(completed.seen.isCutOff).toBe(true);
        },
      ),
    );
  });

  it.each<[string, unknown]>([
    ['the answer to another request', { ...answer, id: 2 }],
    ['an array, which no SDK takes in an event', [answer]],
    ['an answer with a field too many', { ...answer, error: null }],
  ])('is completed behind %s', async (_, message) => {
    expect(messagesOf(await complete(events(sse(message))).response.text())).toHaveLength(2);
  });

  it('tells the reason of an error that names no request', async () => {
    const refusal = { code: -32600, message: 'No tenant.' };
    const text = await complete(events(sse({ jsonrpc: '2.0', id: null, error: refusal }))).response.text();
    expect(messagesOf(text).at(-1)).toEqual({ jsonrpc: '2.0', id: 1, error: refusal });
  });

  it('longer than is held is passed on, and nobody knows what it was', async () => {
    const long = { ...answer, result: { content: [{ type: 'text', text: 'x'.repeat(1024 * 1024) }] } };
    const completed = complete(events(sse(progress, long)));
    expect(await completed.response.text()).toBe(sse(progress, long));
    expect(completed.seen.answer).toBe('unknown');
    const cut = complete(events(sse(long).slice(0, -1)));
    expect((await cut.response.text()).endsWith('"cut off"}}\n\n')).toBe(true);
  });

  it('passes a message on before the next has come', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* chunks() {
      yield Buffer.from(sse(progress));
      await held;
      yield Buffer.from(sse(answer));
    }
    const given = new Response(ReadableStream.from(chunks()), { headers: { 'content-type': 'text/event-stream' } });
    const completed = complete(given);
    const reader = completed.response.body?.getReader();
    expect(messagesOf(Buffer.from((await reader?.read())?.value ?? []).toString())).toEqual([progress]);
    expect(completed.seen.answer).toBeUndefined();
    release();
    expect(messagesOf(Buffer.from((await reader?.read())?.value ?? []).toString())).toEqual([answer]);
    expect(completed.seen.answer).toMatchObject(told);
  });

  it('fails as it did when there is nothing to say', async () => {
    const failed = events(sse(progress), { failWith: new Error('reset') });
    await expect(complete(failed, { failure: () => undefined }).response.text()).rejects.toThrow('reset');
  });

  it('ends at once when it is cut, though its source hangs', async () => {
    const controller = new AbortController();
    const hanging = new ReadableStream({ cancel: () => new Promise(() => {}) });
    const given = new Response(hanging, { headers: { 'content-type': 'text/event-stream' } });
    const causes: unknown[] = [];
    const failure = (cause: unknown) => {
      causes.push(cause);
      return error;
    };
    const text = complete(given, { cutoff: controller.signal, failure }).response.text();
    const reason = new Error('time is up');
    controller.abort(reason);
    expect(messagesOf(await text)).toEqual([{ jsonrpc: '2.0', id: 1, error }]);
    expect(causes).toEqual([reason]);
  });

  it('tells whether it could be resumed', async () => {
    const resumable: boolean[] = [];
    const failure: CompleteAnswerOptions['failure'] = (_, body) => {
      resumable.push(body.resumable);
      return undefined;
    };
    for (const lead of ['', 'id\n', 'id: 7\n'])
      await complete(events(lead + sse(progress)), { failure }).response.text();
    expect(resumable).toEqual([false, false, true]);
  });

  it('does not fail when nobody reads on, and its source is told', async () => {
    const failed: unknown[] = [];
    let cancelled: unknown;
    const source = new ReadableStream({
      pull: () => new Promise(() => {}),
      cancel(reason) {
        cancelled = reason;
      },
    });
    const given = new Response(source, { headers: { 'content-type': 'text/event-stream' } });
    const failure = (cause: unknown) => {
      failed.push(cause);
      return error;
    };
    const completed = complete(given, { failure });
    const reader = completed.response.body?.getReader();
    const reading = reader?.read();
    await reader?.cancel('gone');
    await reading;
    expect([failed, cancelled, completed.seen.answer]).toEqual([[], 'gone', undefined]);
  });

  it('lets go of a signal that outlives it', async () => {
    const controller = new AbortController();
    for (const end of ['read', 'cancelled'] as const) {
      const completed = complete(events(sse(answer)), { cutoff: controller.signal });
      if (end === 'read') await completed.response.text();
      else await completed.response.body?.cancel();
    }
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('a JSON body', () => {
  const text = JSON.stringify(answer);

  it.each<[string, string]>([
    ['whole', text],
    ['with an id in quotes', JSON.stringify({ ...answer, id: '1' })],
    ['in an array', `[${text}]`],
    ['behind a byte order mark', `\ufeff${text}`],
    ['with a field too many, which an SDK refuses by itself', JSON.stringify({ ...answer, error: null })],
    ['that is no JSON-RPC, which an SDK refuses by itself', '{"message":"hi"}'],
    ['that is no JSON', '<html>'],
    ['that is empty', ''],
  ])('%s passes unchanged', async (_, sent) => {
    const completed = complete(json(sent, { cuts: [3, 9, 40] }));
    expect(Buffer.from(await completed.response.arrayBuffer()).toString()).toBe(sent);
  });

  it('tells what it was', async () => {
    const outcomes: unknown[] = [];
    for (const message of [answer, { ...answer, result: { isError: true } }, { jsonrpc: '2.0', id: 1, error }]) {
      const completed = complete(json(JSON.stringify(message)));
      await completed.response.text();
      outcomes.push(completed.seen.answer);
    }
    expect(outcomes).toMatchObject([told, { kind: 'result', isError: true }, { kind: 'error', errorCode: -32000 }]);
  });

  it('cut short passes unchanged, wherever it was cutoff: an SDK tells of it by itself', async () => {
    for (let length = 0; length < text.length; length += 1) {
      const completed = complete(json(text.slice(0, length)));
      expect(await completed.response.text()).toBe(text.slice(0, length));
      expect(completed.seen.answer).toBeUndefined();
      expect(completed.seen.isCutOff).toBe(true);
    }
  });

  it.each(['[]', JSON.stringify({ ...answer, id: 2 }), JSON.stringify(progress)])(
    'is replaced by an error when an SDK would wait on behind %j',
    async (sent) => {
      expect(await complete(json(sent)).response.json()).toEqual({ jsonrpc: '2.0', id: 1, error });
    },
  );

  it('that breaks off is replaced by an error, or fails as it did', async () => {
    const broken = () => json(text, { failWith: new Error('reset') });
    expect(await complete(broken()).response.json()).toEqual({ jsonrpc: '2.0', id: 1, error });
    await expect(complete(broken(), { failure: () => undefined }).response.text()).rejects.toThrow('reset');
  });

  it('longer than is held is passed on, and nobody knows what it was', async () => {
    const long = JSON.stringify({ ...answer, id: 2, result: { text: 'x'.repeat(1024 * 1024) } });
    const completed = complete(json(long, { cuts: [1000, 1024 * 1024] }));
    expect(await completed.response.text()).toBe(long);
    expect(completed.seen.answer).toBe('unknown');
    const broken = json(long, { failWith: new Error('reset') });
    await expect(complete(broken).response.text()).rejects.toThrow('reset');
  });
});

describe('any other response', () => {
  it.each([400, 401, 403, 404, 406, 415, 429, 500, 503])('a %i passes unchanged, whatever it holds', async (status) => {
    for (const type of ['application/json', 'text/event-stream', 'text/html', 'application/problem+json']) {
      for (const text of ['', 'no', '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Not Acceptable"}}']) {
        const completed = complete(response(type, text, { status }));
        expect(completed.status).toBe(status);
        expect(await completed.response.text()).toBe(text);
      }
    }
  });

  it('a refusal tells its code', async () => {
    const completed = complete(
      json('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}', { status: 400 }),
    );
    await completed.response.text();
    expect(completed.seen.answer).toMatchObject({ kind: 'error', errorCode: -32600 });
  });

  it('of another content type is left alone', async () => {
    expect(await complete(response('text/html', '<h1>')).response.text()).toBe('<h1>');
  });

  it('that is still encoded is not looked into', async () => {
    for (const type of ['application/json', 'text/event-stream']) {
      const bytes = gzipSync(JSON.stringify({ ...answer, id: 2 }));
      const completed = complete(response(type, bytes, { headers: { 'content-encoding': 'gzip' } }), { encoded: true });
      expect(Buffer.from(await completed.response.arrayBuffer())).toEqual(bytes);
      expect(completed.seen.answer).toBe('unknown');
    }
  });

  it.each<[string, Response]>([
    ['a 202', new Response(null, { status: 202 })],
    ['an event stream without a body', new Response(null, { headers: { 'content-type': 'text/event-stream' } })],
  ])('%s becomes an error, for which an SDK would wait', async (_, given) => {
    const completed = complete(given);
    expect(completed.status).toBe(200);
    expect(await completed.response.json()).toEqual({ jsonrpc: '2.0', id: 1, error });
  });
});
