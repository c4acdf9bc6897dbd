import { describe, expect, it } from 'vitest';
import { InvalidPreludeError, readPrelude, readResponse } from '../../wire/read-response.ts';

const NULS = '\0'.repeat(8);
const MIB = 1024 * 1024;

/** Bytes as a sender gives them, who is told by `return()` that nobody reads on. */
function sender(...chunks: string[]) {
  let returned = 0;
  const iterator: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      const chunk = chunks.shift();
      return chunk === undefined ? { done: true, value: undefined } : { done: false, value: Buffer.from(chunk) };
    },
    async return() {
      returned += 1;
      return { done: true, value: undefined };
    },
  };
  return { iterator, returned: () => returned, left: chunks };
}

async function read(...chunks: string[]) {
  const from = sender(...chunks);
  const result = await readPrelude(from.iterator);
  const body: string[] = [];
  for await (const chunk of result?.body ?? []) body.push(Buffer.from(chunk).toString());
  return { prelude: result?.prelude, body };
}

describe('a prelude', () => {
  it('is there or is not', async () => {
    expect(await readPrelude(sender().iterator)).toBeUndefined();
    expect(await readPrelude(sender('', '').iterator)).toBeUndefined();
    await expect(readPrelude(sender('{').iterator)).rejects.toThrow('ended before its prelude did');
    await expect(readResponse(sender().iterator)).rejects.toThrow('The response is empty.');
  });

  it('has defaults', async () => {
    expect((await read(`{}${NULS}`)).prelude).toEqual({ statusCode: 200, headers: {}, cookies: [] });
  });

  it('may not be of nothing', async () => {
    await expect(read(NULS)).rejects.toMatchObject({
      message: expect.stringContaining('not JSON'),
      cause: expect.any(SyntaxError),
    });
    await expect(read(`${NULS}{}${NULS}`)).rejects.toThrow('not JSON');
  });

  it('may be as long as 1 MiB, and no longer', async () => {
    const prelude = `{"headers":{"a":"${'x'.repeat(MIB)}`.slice(0, MIB - 3);
    expect((await read(`${prelude}"}}`, NULS)).prelude?.headers).toHaveProperty('a');
    const from = sender(`${prelude}"}} `, 'never read');
    await expect(readPrelude(from.iterator)).rejects.toThrow(/No prelude within the first 1048576 bytes/);
    expect([from.returned(), from.left]).toEqual([1, ['never read']]);
  });

  it.each([
    ['[]', 'not a JSON object'],
    ['1', 'not a JSON object'],
    ['{"statusCode":"200"}', 'not an HTTP status: "200"'],
    ['{"statusCode":200.5}', 'not an HTTP status'],
    ['{"statusCode":199}', 'not an HTTP status'],
    ['{"statusCode":600}', 'not an HTTP status'],
    ['{"headers":null}', 'not an object of strings'],
    ['{"headers":"a"}', 'not an object of strings'],
    ['{"headers":{"a":"b","c":1}}', 'not an object of strings'],
    ['{"cookies":{}}', 'not an array of strings'],
    ['{"cookies":["a",1]}', 'not an array of strings'],
  ])('is not %s, and its sender is told', async (prelude, told) => {
    const from = sender(`${prelude}${NULS}`, 'body');
    const error = await readPrelude(from.iterator).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidPreludeError);
    expect(error).toMatchObject({ name: 'InvalidPreludeError', message: expect.stringContaining(told) });
    expect(from.returned()).toBe(1);
  });

  it.each([200, 599])('may have the status %i', async (statusCode) => {
    expect((await read(JSON.stringify({ statusCode }) + NULS)).prelude?.statusCode).toBe(statusCode);
  });
});

describe('a body', () => {
  it('comes in the chunks it was sent in, without empty ones', async () => {
    expect((await read(`{}${NULS}`, 'a', '', 'b')).body).toEqual(['a', 'b']);
    expect((await read(`{}${NULS}first`, 'a')).body).toEqual(['first', 'a']);
  });

  it('that is given up has no more, and its sender is told', async () => {
    const from = sender(`{}${NULS}first`, 'a');
    const result = await readPrelude(from.iterator);
    expect(await result?.body.return()).toEqual({ done: true, value: undefined });
    expect(from.returned()).toBe(1);
    expect(await result?.body.next()).toMatchObject({ value: Buffer.from('a') });
  });
});

describe('a response', () => {
  it.each([204, 205, 304])('of status %i has no body, and its sender is told', async (statusCode) => {
    const from = sender(JSON.stringify({ statusCode }) + NULS, 'body');
    expect((await readResponse(from.iterator)).body).toBeNull();
    expect(from.returned()).toBe(1);
  });

  it('that HTTP does not know is refused with the reason, and its sender is told', async () => {
    const from = sender(`{"headers":{"a b":"c"}}${NULS}`, 'body');
    await expect(readResponse(from.iterator)).rejects.toMatchObject({
      message: expect.stringContaining('not an HTTP response'),
      cause: expect.any(TypeError),
    });
    expect(from.returned()).toBe(1);
  });
});
