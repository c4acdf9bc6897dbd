import { isRecord, isString, isStringArray } from './json.ts';
import { PRELUDE_DELIMITER_LENGTH, type ResponsePrelude } from './response-stream.ts';

/** Bytes that are not a streamed function URL response: no prelude, or one that is not an HTTP status and headers. */
export class InvalidPreludeError extends Error {
  override readonly name = 'InvalidPreludeError';
}

/** A prelude longer than this is not one: AWS's own front ends stop far below it. Bytes. */
const MAX_PRELUDE_LENGTH = 1024 * 1024;
const NULL_BODY_STATUSES = new Set([204, 205, 304]);

/** A response's body, read chunk by chunk; `return()` tells the sender that nobody reads on. */
export interface BodyIterator extends AsyncIterableIterator<Uint8Array> {
  return(): Promise<IteratorResult<Uint8Array>>;
}

/**
 * Splits the bytes of a streamed response into its prelude and its body, however they are cut into chunks; undefined
 * when there are none.
 *
 * @param maxLength within which it must end; bytes
 * @throws {InvalidPreludeError} when the bytes hold no prelude; whatever the iterable throws is passed on
 */
export async function readPrelude(
  chunks: AsyncIterable<Uint8Array>,
  maxLength = MAX_PRELUDE_LENGTH,
): Promise<{ prelude: ResponsePrelude; body: BodyIterator } | undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  let seen: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let delimiter = -1;
  while (delimiter < 0) {
    if (seen.byteLength > maxLength) throw await tooLong();
    const next = await iterator.next();
    if (next.done && seen.byteLength === 0) return undefined;
    if (next.done) throw new InvalidPreludeError('The response ended before its prelude did.');
    seen = Buffer.concat([seen, next.value]);
    delimiter = seen.indexOf(DELIMITER);
  }
  if (delimiter > maxLength) throw await tooLong();
  async function tooLong(): Promise<InvalidPreludeError> {
    await iterator.return?.();
    return new InvalidPreludeError(`No prelude within the first ${maxLength} bytes of the response.`);
  }
  const rest = seen.subarray(delimiter + PRELUDE_DELIMITER_LENGTH);
  try {
    return { prelude: parsePrelude(seen.subarray(0, delimiter).toString('utf8')), body: continueBody(rest, iterator) };
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

/** The `Response` that a streamed function URL response stands for; its body is read only as fast as it is consumed. */
export async function readResponse(chunks: AsyncIterable<Uint8Array>): Promise<Response> {
  const read = await readPrelude(chunks);
  if (!read) throw new InvalidPreludeError('The response is empty.');
  const { prelude, body } = read;
  try {
    const headers = new Headers(prelude.headers);
    for (const cookie of prelude.cookies) headers.append('set-cookie', cookie);
    if (NULL_BODY_STATUSES.has(prelude.statusCode)) {
      await body.return();
      return new Response(null, { status: prelude.statusCode, headers });
    }
    return new Response(ReadableStream.from(body), { status: prelude.statusCode, headers });
  } catch (cause) {
    await body.return();
    throw new InvalidPreludeError(`The prelude is not an HTTP response: ${(cause as Error).message}`, { cause });
  }
}

const DELIMITER = new Uint8Array(PRELUDE_DELIMITER_LENGTH);

/** Not a generator: one that has not begun ignores `return()`, and the source would never learn that nobody reads on. */
function continueBody(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): BodyIterator {
  let held: Uint8Array | undefined = first;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (true) {
        const chunk: IteratorResult<Uint8Array> = held ? { done: false, value: held } : await iterator.next();
        held = undefined;
        if (chunk.done || chunk.value.byteLength > 0) return chunk;
      }
    },
    async return() {
      held = undefined;
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
}

function parsePrelude(json: string): ResponsePrelude {
  let prelude: unknown;
  try {
    prelude = JSON.parse(json);
  } catch (cause) {
    throw new InvalidPreludeError('The bytes before the delimiter are not JSON.', { cause });
  }
  if (!isRecord(prelude)) {
    throw new InvalidPreludeError('The bytes before the delimiter are not a JSON object.');
  }
  const { statusCode = 200, headers = {}, cookies = [] } = prelude;
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    throw new InvalidPreludeError(`The prelude's statusCode is not an HTTP status: ${JSON.stringify(statusCode)}.`);
  }
  if (typeof headers !== 'object' || headers === null || !Object.values(headers).every(isString)) {
    throw new InvalidPreludeError("The prelude's headers are not an object of strings.");
  }
  if (!isStringArray(cookies)) {
    throw new InvalidPreludeError("The prelude's cookies are not an array of strings.");
  }
  return { statusCode, headers: headers as Record<string, string>, cookies };
}
