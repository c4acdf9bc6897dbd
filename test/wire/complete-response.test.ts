import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeResponse } from '../../wire/complete-response.ts';
import type { CompleteResponseOptions } from '../../wire/completion.ts';
import { createJsonRpcScanner, type ScannedMessage } from '../../wire/json-rpc-scanner.ts';

const error = { code: -32000, message: 'cut off' };
const answer = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'a "quoted" \\ text: ü' }] } };
const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1, id: 1, result: {} } };

function sse(...messages: unknown[]): string {
  return messages.map((message) => `event: message\ndata: ${JSON.stringify(message)}\n\n`).join('');
}

function response(contentType: string, text: string, cuts: readonly number[] = [], failWith?: Error): Response {
  const bytes = Buffer.from(text);
  const points = [0, ...cuts.map((cut) => Math.min(cut, bytes.byteLength)).sort((a, b) => a - b), bytes.byteLength];
  async function* chunks() {
    for (let i = 1; i < points.length; i += 1) yield bytes.subarray(points[i - 1], points[i]);
    if (failWith) throw failWith;
  }
  return new Response(ReadableStream.from(chunks()), { headers: { 'content-type': contentType } });
}

function complete(given: Response, options: Partial<CompleteResponseOptions> = {}) {
  let settled: ScannedMessage | undefined | 'not yet' = 'not yet';
  const onSettled = (message: ScannedMessage | undefined) => {
    settled = message;
  };
  const completed = completeResponse(given, { id: 1, failure: () => error, onSettled, ...options });
  return { completed, settled: () => settled };
}

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
  it.each(['\n', '\r', '\r\n'])('passes unchanged when it holds the response, lines ending in %j', async (eol) => {
    const text = `: hello\n\n${sse(progress, answer)}`.replaceAll('\n', eol);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: Buffer.byteLength(text) }), { maxLength: 20 }), async (cuts) => {
        const { completed, settled } = complete(response('text/event-stream', text, cuts));
        expect(await completed.text()).toBe(eol === '\r' ? `${text}\n` : text);
        expect(settled()).toMatchObject({ complete: true, id: 1, kind: 'result' });
      }),
    );
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
    const reader = complete(given).completed.body?.getReader();
    expect(messagesOf(Buffer.from((await reader?.read())?.value ?? []).toString())).toEqual([progress]);
    release();
    expect(messagesOf(Buffer.from((await reader?.read())?.value ?? []).toString())).toEqual([answer]);
  });

  it('gets an error when it ends without the response, wherever it was cut', async () => {
    const text = sse(progress, answer);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: Buffer.byteLength(text) - 2 }),
        fc.option(fc.constant(new Error('reset'))),
        async (length, failure) => {
          const cut = Buffer.from(text).subarray(0, length).toString('latin1');
          const { completed, settled } = complete(response('text/event-stream', cut, [], failure ?? undefined));
          expect(messagesOf(await completed.text()).at(-1)).toEqual({ jsonrpc: '2.0', id: 1, error });
          expect(settled()).toBeUndefined();
        },
      ),
    );
  });

  it('is not completed by the response to another request', async () => {
    const { completed } = complete(response('text/event-stream', sse({ ...answer, id: '1' })));
    expect(messagesOf(await completed.text())).toHaveLength(2);
  });

  it('fails as it did when there is nothing to say', async () => {
    const failed = response('text/event-stream', sse(progress), [], new Error('reset'));
    await expect(complete(failed, { failure: () => undefined }).completed.text()).rejects.toThrow('reset');
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
    const text = complete(given, { cut: controller.signal, failure }).completed.text();
    const reason = new Error('time is up');
    controller.abort(reason);
    expect(messagesOf(await text)).toEqual([{ jsonrpc: '2.0', id: 1, error }]);
    expect(causes).toEqual([reason]);
  });

  it('tells whether it could be resumed', async () => {
    const resumable: boolean[] = [];
    const failure = (_: unknown, stream: { resumable: boolean }) => {
      resumable.push(stream.resumable);
      return undefined;
    };
    await complete(response('text/event-stream', sse(progress)), { failure }).completed.text();
    await complete(response('text/event-stream', `id: 7\n${sse(progress)}`), { failure }).completed.text();
    expect(resumable).toEqual([false, true]);
  });

  it('is settled once, and nothing has failed, when nobody reads on', async () => {
    const settled: unknown[] = [];
    const failed: unknown[] = [];
    const source = new ReadableStream({ pull: () => new Promise(() => {}) });
    const given = new Response(source, { headers: { 'content-type': 'text/event-stream' } });
    const failure = (cause: unknown) => {
      failed.push(cause);
      return error;
    };
    const reader = complete(given, {
      failure,
      onSettled: (answer) => settled.push(answer),
    }).completed.body?.getReader();
    const reading = reader?.read();
    await reader?.cancel();
    await reading;
    expect(settled).toEqual([undefined]);
    expect(failed).toEqual([]);
  });

  it('lets go of a signal that outlives it', async () => {
    const controller = new AbortController();
    for (const cut of ['read', 'cancelled'] as const) {
      const { completed } = complete(response('text/event-stream', sse(answer)), { cut: controller.signal });
      if (cut === 'read') await completed.text();
      else await completed.body?.cancel();
    }
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('tells its source when nobody reads on', async () => {
    let cancelled: unknown;
    const source = new ReadableStream({
      cancel(reason) {
        cancelled = reason;
      },
    });
    const given = new Response(source, { headers: { 'content-type': 'text/event-stream' } });
    const { completed, settled } = complete(given);
    await completed.body?.cancel('gone');
    expect(cancelled).toBe('gone');
    expect(settled()).toBeUndefined();
  });
});

describe('a JSON body', () => {
  it('passes unchanged when it is whole', async () => {
    const text = JSON.stringify(answer);
    const { completed, settled } = complete(response('application/json', text, [3, 9, 40]));
    expect(await completed.text()).toBe(text);
    expect(settled()).toMatchObject({ kind: 'result' });
  });

  it('is replaced by an error when it is not, wherever it was cut', async () => {
    const text = JSON.stringify(answer);
    for (let length = 0; length < text.length; length += 1) {
      const { completed } = complete(response('application/json', text.slice(0, length)));
      expect(await completed.json()).toEqual({ jsonrpc: '2.0', id: 1, error });
    }
  });

  it('of another content type is left alone', async () => {
    const { completed } = complete(response('text/html', '<h1>'));
    expect(await completed.text()).toBe('<h1>');
  });
});

describe('the scanner', () => {
  function scan(text: string, cuts: readonly number[] = []): ScannedMessage {
    const scanner = createJsonRpcScanner();
    const bytes = Buffer.from(text);
    const points = [0, ...[...cuts].sort((a, b) => a - b), bytes.byteLength];
    for (let i = 1; i < points.length; i += 1) scanner.feed(bytes.subarray(points[i - 1], points[i]));
    return scanner.finish();
  }

  it('sees what JSON.parse sees, in any JSON, cut anywhere', () => {
    const id = fc.oneof(fc.integer(), fc.string(), fc.constant(null));
    const body = fc.oneof(
      fc.record({ result: fc.record({ isError: fc.boolean(), nested: fc.json(), resultType: fc.string() }) }),
      fc.record({ error: fc.record({ code: fc.integer(), message: fc.string(), data: fc.jsonValue() }) }),
      fc.record({ method: fc.string(), params: fc.record({ name: fc.string(), arguments: fc.jsonValue() }) }),
    );
    fc.assert(
      fc.property(id, body, fc.boolean(), fc.array(fc.nat(), { maxLength: 8 }), (given, rest, indented, cuts) => {
        const message = { jsonrpc: '2.0', extra: [rest], id: given, ...rest } as {
          jsonrpc: string;
          extra: unknown;
          id: unknown;
          result?: { isError: boolean; resultType: string };
          error?: { code: number };
        };
        const text = JSON.stringify(message, null, indented ? 2 : undefined);
        const size = Buffer.byteLength(text);
        expect(
          scan(
            text,
            cuts.map((cut) => cut % size),
          ),
        ).toEqual({
          complete: true,
          id: given,
          kind: message.error ? 'error' : message.result ? 'result' : 'other',
          errorCode: message.error?.code,
          isError: message.result?.isError === true,
          resultType: message.result?.resultType,
        });
      }),
    );
  });

  it.each(['', '{', '{"a":"', '[1', '}', '{}}', ']['])('does not take %j for whole', (text) => {
    expect(scan(text).complete).toBe(false);
  });

  it('sees nothing in what lies deeper, nor in a batch', () => {
    expect(scan('{"params":{"id":1,"result":{"isError":true}}}')).toMatchObject({ id: undefined, kind: 'other' });
    expect(scan('[{"id":1,"result":{}}]')).toMatchObject({ id: undefined, kind: 'other' });
  });

  it('knows no id that JSON-RPC does not know, nor one that lies deeper', () => {
    expect(scan(`{"id":"${'x'.repeat(5000)}"}`)).toMatchObject({ id: undefined });
    expect(scan('{"id":{"a":1}}')).toMatchObject({ id: undefined });
    expect(scan('{"a":{"id":1}}')).toMatchObject({ id: undefined });
  });

  it('tells a key with a dot from two keys', () => {
    expect(scan('{"result.isError":true,"error.code":1}')).toMatchObject({ isError: false, errorCode: undefined });
  });

  it('reads keys that are written with escapes', () => {
    expect(scan('{"\\u0069d":7,"re\\u0073ult":{}}')).toMatchObject({ id: 7, kind: 'result' });
  });
});
