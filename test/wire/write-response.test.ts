import { getEventListeners, once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { LambdaResponseStream } from '../../wire/response-stream.ts';
import { writeResponse } from '../../wire/write-response.ts';

/** Lambda's stream, to which each write stands on its own; `hold` keeps the write from being taken until it resolves. */
function lambdaStream(hold: (write: number) => Promise<unknown> | undefined = () => undefined) {
  const writes: string[] = [];
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk, _, callback) {
      writes.push(String(chunk));
      Promise.resolve(hold(writes.length)).then(
        () => callback(),
        (error) => callback(error),
      );
    },
  });
  return {
    stream: Object.assign(stream, { setContentType() {} }) as unknown as LambdaResponseStream & Writable,
    writes,
  };
}

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

function write(stream: LambdaResponseStream, texts: readonly string[], headers = {}) {
  return writeResponse({ status: 200, headers: new Headers(headers), body: chunks(...texts) }, stream);
}

const headersOf = (prelude: string | undefined) => JSON.parse(prelude?.split('\0')[0] ?? '').headers;
const never = () => new Promise<never>(() => {});

describe('the prelude', () => {
  it('leaves out what is of one connection, or of one length', async () => {
    const { stream, writes } = lambdaStream();
    const ofConnection = {
      connection: 'keep-alive',
      'content-length': '1',
      'keep-alive': 'timeout=5',
      'set-cookie': 'a=1',
      'transfer-encoding': 'chunked',
    };
    await write(stream, ['x'], { ...ofConnection, 'x-kept': 'yes' });
    expect(headersOf(writes[0])).toEqual({ 'x-kept': 'yes' });
  });
});

describe('a body', () => {
  it('is written chunk by chunk, without empty ones', async () => {
    const { stream, writes } = lambdaStream();
    await write(stream, ['', 'a', '', 'b']);
    expect(writes.slice(1)).toEqual(['a', 'b']);
  });

  it('that is encoded follows its prelude, which waits for the first byte', async () => {
    const { stream, writes } = lambdaStream();
    const seen: number[] = [];
    async function* body() {
      for (const text of ['', 'a', 'b']) {
        seen.push(writes.length);
        yield Buffer.from(text);
      }
    }
    const headers = new Headers({ 'content-encoding': 'gzip' });
    await writeResponse({ status: 200, headers, body: body() }, stream);
    expect(seen).toEqual([0, 0, 2]);
    expect(headersOf(writes[0])).toEqual({ 'content-encoding': 'gzip' });
    expect(writes.slice(1)).toEqual(['a', 'b']);
  });

  it('that is encoded and empty is a newline, which is not', async () => {
    const { stream, writes } = lambdaStream();
    await write(stream, [''], { 'content-encoding': 'gzip', 'x-kept': 'yes' });
    expect(headersOf(writes[0])).toEqual({ 'x-kept': 'yes' });
    expect(writes.slice(1)).toEqual(['\n']);
  });

  it('that is not encoded comes behind its prelude, which waits for nothing', async () => {
    const { stream, writes } = lambdaStream();
    let seen = 0;
    async function* body() {
      seen = writes.length;
      yield Buffer.from('a');
    }
    await writeResponse({ status: 200, headers: new Headers(), body: body() }, stream);
    expect(seen).toBe(1);
  });

  it('of nothing but empty chunks is a newline', async () => {
    const { stream, writes } = lambdaStream();
    await write(stream, ['', '']);
    expect(writes.slice(1)).toEqual(['\n']);
  });

  it('leaves no listener behind, however often it waited', async () => {
    const { stream } = lambdaStream(() => new Promise(setImmediate));
    const { signal } = new AbortController();
    let listeners: number[] = [];
    async function* body() {
      for (let chunk = 0; chunk < 20; chunk += 1) {
        // Between two writes nobody waits.
        listeners = ['drain', 'close', 'error'].map((event) => stream.listenerCount(event));
        listeners.push(getEventListeners(signal, 'abort').length);
        yield Buffer.from('chunk');
      }
    }
    const { stream: idle } = lambdaStream();
    const before = ['drain', 'close', 'error'].map((event) => idle.listenerCount(event));
    await writeResponse({ status: 200, headers: new Headers(), body: body() }, stream, signal);
    expect(listeners).toEqual([...before, 0]);
  });
});

describe('writing ends', () => {
  it('when the stream fails while it is full, with the reason', async () => {
    const { stream } = lambdaStream(never);
    const writing = write(stream, ['a']);
    stream.destroy(new Error('broken pipe'));
    await expect(writing).rejects.toThrow('broken pipe');
  });

  it('when the stream closes while it is full', async () => {
    const { stream } = lambdaStream(never);
    const writing = write(stream, ['a']);
    stream.destroy();
    await expect(writing).rejects.toThrow(/closed before the response was written/);
  });

  it('when the stream is closed already, and nothing is written', async () => {
    const { stream, writes } = lambdaStream();
    stream.on('error', () => {});
    await once(stream.destroy(), 'close');
    await expect(write(stream, ['a'])).rejects.toThrow(/closed before the response was written/);
    expect(writes).toEqual([]);
  });

  it('when the last of it cannot be written', async () => {
    const { stream } = lambdaStream();
    Object.assign(stream, { _final: (callback: (error: Error) => void) => callback(new Error('no end')) });
    await expect(write(stream, ['a'])).rejects.toThrow('no end');
  });
});

describe('once it is cut', () => {
  it('nothing waits for a reader any more', async () => {
    const release = Promise.withResolvers<void>();
    const { stream, writes } = lambdaStream((count) => (count === 1 ? release.promise : undefined));
    const cut = new AbortController();
    let taken = 0;
    async function* body() {
      for (; taken < 3; taken += 1) yield Buffer.from(String(taken));
    }
    const writing = writeResponse({ status: 200, headers: new Headers(), body: body() }, stream, cut.signal);
    await new Promise(setImmediate);
    expect(taken).toBe(0);
    cut.abort();
    await expect.poll(() => taken).toBe(3);
    expect(stream.listenerCount('drain')).toBe(0);
    release.resolve();
    await writing;
    expect(writes.slice(1).join('')).toBe('012');
  });
});
