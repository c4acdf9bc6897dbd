import {
  HTTP_INTEGRATION_CONTENT_TYPE,
  type LambdaResponseStream,
  PRELUDE_DELIMITER_LENGTH,
} from './response-stream.ts';

/** What is written of a response: a `Response`, or one with another body. */
export interface WritableResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array> | null;
}

const PRELUDE_DELIMITER = '\0'.repeat(PRELUDE_DELIMITER_LENGTH);

/** Headers that describe one connection, or a length that streaming makes untrue. */
const UNFORWARDED_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'set-cookie', 'transfer-encoding']);

/**
 * Writes a response as a function URL of invoke mode RESPONSE_STREAM reads it: prelude, 8 NUL bytes, body.
 *
 * The prelude goes out at once, so a caller sees the status before the body begins, and writing waits whenever the
 * stream is full. An empty body is sent as one newline, since Lambda is known to hang or lose the status on a
 * response without a byte of body. Of an encoded body the prelude waits for the first byte: the newline is not encoded.
 *
 * @param cutoff once it has fired, nothing waits for the reader any more: what is left of the body goes out as it comes
 */
export async function writeResponse(
  response: WritableResponse,
  stream: LambdaResponseStream,
  cutoff?: AbortSignal,
): Promise<void> {
  stream.setContentType(HTTP_INTEGRATION_CONTENT_TYPE);
  let prelude: Buffer | undefined = encodePrelude(response);
  if (!response.headers.has('content-encoding')) {
    await write(stream, prelude, cutoff);
    prelude = undefined;
  }
  let isEmpty = true;
  for await (const chunk of response.body ?? []) {
    if (chunk.byteLength === 0) continue;
    isEmpty = false;
    if (prelude) await write(stream, prelude, cutoff);
    prelude = undefined;
    await write(stream, chunk, cutoff);
  }
  if (prelude) await write(stream, encodePrelude(response, 'content-encoding'), cutoff);
  if (isEmpty) await write(stream, Buffer.from('\n'), cutoff);
  await end(stream);
}

function encodePrelude(response: WritableResponse, left?: string): Buffer {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (name !== left && !UNFORWARDED_HEADERS.has(name)) headers[name] = value;
  }
  const prelude = JSON.stringify({ statusCode: response.status, headers, cookies: response.headers.getSetCookie() });
  return Buffer.from(prelude + PRELUDE_DELIMITER);
}

async function write(stream: LambdaResponseStream, chunk: Uint8Array, cutoff: AbortSignal | undefined): Promise<void> {
  if (stream.destroyed) throw new Error('The response stream was closed before the response was written.');
  if (stream.write(chunk) || cutoff?.aborted) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error | null) => {
      stream.off('drain', settle).off('close', closed).off('error', settle);
      cutoff?.removeEventListener('abort', late);
      if (error) reject(error);
      else resolve();
    };
    const closed = () => settle(new Error('The response stream was closed before the response was written.'));
    const late = () => settle();
    cutoff?.addEventListener('abort', late, { once: true });
    stream.once('drain', settle).once('close', closed).once('error', settle);
  });
}

function end(stream: LambdaResponseStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.end(() => resolve());
  });
}
