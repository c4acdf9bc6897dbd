import {
  HTTP_INTEGRATION_CONTENT_TYPE,
  type LambdaResponseStream,
  PRELUDE_DELIMITER_LENGTH,
} from './response-stream.ts';

/** A response's body, as far as it was written. */
export interface WrittenBody {
  readonly bytes: number;
  /** Whether it came to its end. */
  readonly complete: boolean;
}

/** Headers that describe one connection, or a length that streaming makes untrue. */
const UNFORWARDED_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'set-cookie', 'transfer-encoding']);

/**
 * Writes a response as a function URL of invoke mode RESPONSE_STREAM reads it: prelude, 8 NUL bytes, body.
 *
 * The prelude goes out at once, so a caller sees the status before the body begins, and writing waits whenever the
 * stream is full. An empty body is sent as one newline, since Lambda is known to hang or lose the status on a
 * response without a byte of body.
 *
 * After `cut` nothing waits for the reader any more: what is left of the body goes into the stream as it comes.
 *
 * `onWritten` learns how the body went while the invocation still runs: once the stream has ended, Lambda may freeze the
 * function.
 */
export async function writeResponse(
  response: Response,
  stream: LambdaResponseStream,
  cut?: AbortSignal,
  onWritten?: (body: WrittenBody) => void,
): Promise<void> {
  stream.setContentType(HTTP_INTEGRATION_CONTENT_TYPE);
  await write(stream, encodePrelude(response), cut);
  let bytes = 0;
  let complete = false;
  try {
    for await (const chunk of response.body ?? []) {
      if (chunk.byteLength === 0) continue;
      bytes += chunk.byteLength;
      await write(stream, chunk, cut);
    }
    complete = true;
  } finally {
    onWritten?.({ bytes, complete });
  }
  if (bytes === 0) await write(stream, Buffer.from('\n'), cut);
  await end(stream);
}

function encodePrelude(response: Response): Buffer {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) if (!UNFORWARDED_HEADERS.has(name)) headers[name] = value;
  const prelude = JSON.stringify({ statusCode: response.status, headers, cookies: response.headers.getSetCookie() });
  return Buffer.concat([Buffer.from(prelude), Buffer.alloc(PRELUDE_DELIMITER_LENGTH)]);
}

async function write(stream: LambdaResponseStream, chunk: Uint8Array, cut: AbortSignal | undefined): Promise<void> {
  if (stream.destroyed) throw new Error('The response stream was closed before the response was written.');
  if (stream.write(chunk) || cut?.aborted) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error | null) => {
      stream.off('drain', settle).off('close', closed).off('error', settle);
      cut?.removeEventListener('abort', late);
      if (error) reject(error);
      else resolve();
    };
    const closed = () => settle(new Error('The response stream was closed before the response was written.'));
    const late = () => settle();
    cut?.addEventListener('abort', late, { once: true });
    stream.once('drain', settle).once('close', closed).once('error', settle);
  });
}

function end(stream: LambdaResponseStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.end(() => resolve());
  });
}
