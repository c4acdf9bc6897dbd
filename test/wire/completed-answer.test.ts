import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readBody, toIterable, toStream } from '../../wire/body-reader.ts';
import { completeAnswer } from '../../wire/complete-answer.ts';
import type { BrokenBody, CompleteAnswerOptions, CompletedAnswer } from '../../wire/completed-answer.ts';

const MIB = 1024 * 1024;
const error = { code: -32000, message: 'cut off' };
const answer = { jsonrpc: '2.0', id: 1, result: {} };
const other = JSON.stringify({ ...answer, id: 2 });
const sse = (message: unknown) => `data: ${JSON.stringify(message)}\n\n`;

interface Completed extends CompletedAnswer {
  /** What `failure` was asked with. */
  readonly asked: (readonly [cause: unknown, body: BrokenBody])[];
  text(): Promise<string>;
}

function complete(
  body: string | ReadableStream | null,
  type: string,
  { status = 200, headers = {}, say = error as typeof error | null, ...options } = {} as {
    status?: number;
    headers?: Record<string, string>;
    /** Null: nothing. */
    say?: typeof error | null;
  } & Partial<CompleteAnswerOptions>,
): Completed {
  const asked: [unknown, BrokenBody][] = [];
  const failure: CompleteAnswerOptions['failure'] = (...of) => {
    asked.push(of);
    return say ?? undefined;
  };
  const given = new Response(body, { status, headers: { 'content-type': type, ...headers } });
  const completed = completeAnswer(given, { id: 1, failure, ...options });
  const text = () => new Response(completed.body ? toStream(completed.body) : null).text();
  return { ...completed, asked, text };
}

/** A body that gives these chunks and then fails with `cause`. */
function failing(cause: unknown, ...chunks: string[]): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.error(cause);
      else controller.enqueue(Buffer.from(chunk));
    },
  });
}

/** A body that never comes, and keeps why it was cancelled. */
function silent() {
  const cancelled: unknown[] = [];
  const body = new ReadableStream({ cancel: (reason) => void cancelled.push(reason) });
  return { body, cancelled };
}

describe('the reason for an error', () => {
  it('of JSON is asked for with what broke the body off', async () => {
    const wrong = complete(other, 'application/json');
    await wrong.text();
    const broken = complete(failing('reset', '{'), 'application/json');
    await broken.text();
    expect(wrong.asked).toEqual([[undefined, { type: 'JSON', resumable: false }]]);
    expect(broken.asked).toEqual([['reset', { type: 'JSON', resumable: false }]]);
    expect([wrong.seen.isCutOff, broken.seen.isCutOff]).toEqual([false, true]);
  });

  it('of an event stream tells of an answer that no client takes', async () => {
    const wrong = complete(sse({ ...answer, extra: 1 }), 'text/event-stream');
    await wrong.text();
    const none = complete(': hello\n\n', 'text/event-stream');
    await none.text();
    const broken = complete(failing('reset', ': hello\n\n'), 'text/event-stream');
    await broken.text();
    const body = { type: 'event stream', resumable: false };
    expect(wrong.asked).toEqual([[new Error('The answer is not as JSON-RPC has it: no client takes it.'), body]]);
    expect(none.asked).toEqual([[undefined, body]]);
    expect(broken.asked).toEqual([['reset', body]]);
  });

  it.each(['application/json', 'text/event-stream'])('is there though %s broke off without any', async (type) => {
    const completed = complete(failing(undefined, ' '), type);
    await completed.text();
    expect(completed.asked.map(([cause]) => cause)).toEqual([new Error('The response was broken off.')]);
  });

  it('of an answer that never began is asked for, and a 202 stays one without it', async () => {
    const headers = { 'content-length': '0', 'content-encoding': 'gzip', 'x-kept': 'yes' };
    const said = complete('', 'text/plain', { status: 202, headers });
    expect(said.asked).toEqual([[undefined, { type: 'JSON', resumable: false }]]);
    expect(Object.fromEntries(said.headers)).toEqual({ 'content-type': 'application/json', 'x-kept': 'yes' });
    expect([said.status, said.seen.isCutOff, said.seen.answer]).toEqual([200, true, undefined]);
    const unsaid = complete('late', 'text/plain', { status: 202, say: null });
    expect([unsaid.status, unsaid.seen.isCutOff, await unsaid.text()]).toEqual([202, false, 'late']);
  });
});

describe('JSON', () => {
  it('with nothing to say passes as it is', async () => {
    expect(await complete(other, 'application/json', { say: null }).text()).toBe(other);
  });

  it('is held up to 1 MiB, and passes beyond', async () => {
    const sized = (size: number) => other.padEnd(size, ' ');
    const held = complete(sized(MIB), 'application/json');
    expect(JSON.parse(await held.text())).toEqual({ jsonrpc: '2.0', id: 1, error });
    expect(held.seen.answer).toBeUndefined();
    const passed = complete(sized(MIB + 1), 'application/json');
    expect((await passed.text()).length).toBe(MIB + 1);
    expect([passed.seen.answer, passed.seen.isCutOff]).toEqual(['unknown', false]);
    const broken = complete(failing('reset', sized(MIB)), 'application/json');
    expect(JSON.parse(await broken.text())).toEqual({ jsonrpc: '2.0', id: 1, error });
  });

  it('behind a byte order mark is read', async () => {
    const completed = complete(`\ufeff${JSON.stringify(answer)}`, 'application/json');
    await completed.text();
    expect([completed.seen.answer, completed.seen.isCutOff]).toMatchObject([{ kind: 'result' }, false]);
  });

  it.each<[number, string]>([
    [200, '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"no"}}'],
    [300, other],
    [400, '{"jsonrpc":"2.0","method":"notifications/progress"}'],
    [400, other],
  ])('of status %i is no answer and passes: %s', async (status, text) => {
    const completed = complete(text, 'application/json', { status });
    expect(await completed.text()).toBe(text);
    expect([completed.seen.answer, completed.seen.isCutOff, completed.asked]).toEqual([undefined, false, []]);
  });

  it('of status 300 that breaks off fails as it did', async () => {
    const completed = complete(failing(new Error('reset')), 'application/json', { status: 300 });
    expect(await completed.text().catch((cause: unknown) => cause)).toEqual(new Error('reset'));
    expect(completed.asked).toEqual([]);
  });

  it('is looked into whatever characters its id has', async () => {
    const completed = complete(JSON.stringify({ ...answer, id: 'a\ufeffb' }), 'application/json', { id: 'a\ufeffb' });
    await completed.text();
    expect(completed.seen.answer).toMatchObject({ kind: 'result' });
  });

  it('that is too long to be held comes whole, and as it is asked for', async () => {
    let given = 0;
    const source = new ReadableStream(
      {
        pull(controller) {
          if (given === 6) return controller.close();
          given += 1;
          controller.enqueue(new Uint8Array(MIB / 2));
        },
      },
      { highWaterMark: 0 },
    );
    const { body } = complete(source, 'application/json');
    const read: [size: number | undefined, given: number][] = [];
    for (let at = 0; at < 7; at += 1) read.push([(await body?.read())?.byteLength, given]);
    const half = MIB / 2;
    // Three halves are more than is held.
    expect(read).toEqual([
      [half, 3],
      [half, 3],
      [half, 3],
      [half, 4],
      [half, 5],
      [half, 6],
      [undefined, 6],
    ]);
  });

  it.each(['Application/JSON; charset=utf-8', 'application/json ;x=y'])('is known as %s', async (type) => {
    expect(JSON.parse(await complete(other, type).text())).toHaveProperty('error');
  });
});

describe('an event stream', () => {
  it('gets the blank line that it lacks, and no more', async () => {
    const data = sse(answer).trimEnd();
    expect(await complete(data, 'text/event-stream').text()).toBe(`${data}\n\n`);
  });

  it('keeps its answer whatever comes behind', async () => {
    const long = sse({ jsonrpc: '2.0', method: 'x'.repeat(MIB) });
    const completed = complete(
      `${sse(answer)}${long}${sse({ ...answer, result: { isError: true } })}`,
      'text/event-stream',
    );
    await completed.text();
    expect(completed.seen.answer).toMatchObject({ kind: 'result', isError: false });
  });

  it('tells the first of several refusals', async () => {
    const refusal = (message: string) => sse({ jsonrpc: '2.0', error: { code: 1, message } });
    const text = await complete(refusal('first') + refusal('second'), 'text/event-stream').text();
    expect(text.slice(text.lastIndexOf('data:'))).toContain('first');
  });

  it('has had its response, be it one that no client takes, whatever comes behind', async () => {
    const notification = sse({ jsonrpc: '2.0', method: 'notifications/message' });
    for (const [text, responded] of [
      [sse({ ...answer, extra: 1 }) + notification, true],
      [sse({ ...answer, id: 2 }) + notification, true],
      [sse(answer) + notification, true],
      [notification, false],
    ] as const) {
      const completed = complete(text, 'text/event-stream');
      expect(completed.seen.isResponded).toBe(false);
      await completed.text();
      expect(completed.seen.isResponded).toBe(responded);
    }
  });

  it('of status 300 passes as it is', async () => {
    const completed = complete(': none\n\n', 'text/event-stream', { status: 300 });
    expect(await completed.text()).toBe(': none\n\n');
    expect(completed.asked).toEqual([]);
  });

  it('is known as Text/Event-Stream; charset=utf-8', async () => {
    expect(await complete('', 'Text/Event-Stream; charset=utf-8').text()).toContain('"error"');
  });
});

describe('any other body', () => {
  it.each(['text/html', 'application/json'])('that is none stays none: %s', (type) => {
    expect(complete(null, type, { status: 404 })).toMatchObject({ body: undefined, headers: expect.any(Headers) });
    expect(complete(null, type)).toMatchObject({ body: undefined });
  });

  it('comes as it is asked for, and nothing of it is missed', async () => {
    const { body, seen } = complete(failing('reset', '<h1>'), 'text/html');
    expect(Buffer.from((await body?.read()) ?? []).toString()).toBe('<h1>');
    await expect(body?.read()).rejects.toBe('reset');
    expect(seen).toEqual({ answer: undefined, isResponded: false, isCutOff: false });
  });
});

describe('what is still encoded, or is not', () => {
  it.each([undefined, '', 'identity', ' Identity '])('content-encoding %j is looked into', async (encoding) => {
    const headers: Record<string, string> = encoding === undefined ? {} : { 'content-encoding': encoding };
    const completed = complete(other, 'application/json', { encoded: true, headers });
    expect(JSON.parse(await completed.text())).toHaveProperty('error');
  });

  it('content-encoding gzip is looked into where a fetch has decoded it', async () => {
    for (const type of ['application/json', 'text/event-stream']) {
      const completed = complete(other, type, { headers: { 'content-encoding': 'gzip' } });
      expect(await completed.text()).toContain('"error"');
    }
  });

  it('a refusal is not, either', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const text = '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"no"}}';
    const completed = complete(text, 'application/json', { status: 400, encoded: true, headers });
    expect(await completed.text()).toBe(text);
    expect(completed.seen.answer).toBeUndefined();
  });
});

describe('a body that is given up', () => {
  it.each(['application/json', 'text/event-stream', 'text/html'])('of %s tells its source, and ends', async (type) => {
    const { body, cancelled } = silent();
    const completed = complete(body, type);
    const reading = completed.body?.read();
    await completed.body?.cancel('gone');
    expect(await reading).toBeUndefined();
    expect(await completed.body?.read()).toBeUndefined();
    expect([cancelled, completed.asked]).toEqual([['gone'], []]);
  });

  it('of JSON gives nothing of what it held', async () => {
    const chunks = [other, ' ', ' '.repeat(MIB), ' '].map((text) => Buffer.from(text));
    const completed = complete(ReadableStream.from(chunks), 'application/json');
    expect(await completed.body?.read()).toEqual(chunks[0]);
    await completed.body?.cancel();
    expect(await completed.body?.read()).toBeUndefined();
    expect(completed.asked).toEqual([]);
  });

  it('of a 202 is let go, and so is the error in its place', async () => {
    const { body, cancelled } = silent();
    const completed = complete(body, 'text/event-stream', { status: 202 });
    expect(cancelled).toHaveLength(1);
    await completed.body?.cancel();
    expect(await completed.body?.read()).toBeUndefined();
  });
});

describe('a reader', () => {
  const chunks = (...texts: string[]) => ReadableStream.from(texts.map((text) => Buffer.from(text)));

  it('gives a loop over it all of it, and ends its source when the loop is left', async () => {
    const texts: string[] = [];
    for await (const chunk of toIterable(readBody(chunks('a', 'b')))) texts.push(Buffer.from(chunk).toString());
    expect(texts).toEqual(['a', 'b']);
    const { body, cancelled } = silent();
    const chunked = { ...readBody(body), read: async () => Buffer.from('a') };
    for await (const _ of toIterable(chunked)) break;
    expect(cancelled).toHaveLength(1);
  });

  it('reads nothing before somebody asks for it', async () => {
    let read = 0;
    const stream = toStream({ read: async () => Buffer.from(String(read++)), cancel: async () => {} });
    await new Promise(setImmediate);
    expect(read).toBe(0);
    await stream.getReader().read();
    expect(read).toBe(1);
  });

  it('holds to its signal until the body ends', async () => {
    const controller = new AbortController();
    const reader = readBody(chunks('a', 'b'), controller.signal);
    await reader.read();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort('enough');
    await expect(reader.read()).rejects.toBe('enough');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('reads nothing when its signal has fired before', async () => {
    const { body, cancelled } = silent();
    const reader = readBody(body, AbortSignal.abort('too late'));
    await expect(reader.read()).rejects.toBe('too late');
    expect(cancelled).toEqual(['too late']);
  });

  it('that is given up while it waits does not fail', async () => {
    const { body } = silent();
    const stream = toStream(readBody(body));
    const reader = stream.getReader();
    const reading = reader.read();
    await reader.cancel();
    expect(await reading).toEqual({ done: true, value: undefined });
  });
});
