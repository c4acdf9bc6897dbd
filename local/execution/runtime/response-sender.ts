import { Writable } from 'node:stream';
import type { ErrorPayload } from '../errors.ts';
import type { PostFromWorker } from '../messages.ts';
import { runtimeError, toErrorPayload } from './error-payload.ts';
import { handlerStream, type RuntimeResponseStream } from './handler-stream.ts';

/** How many bytes may be on their way to a reader who has not taken them yet, besides those that the stream buffers. */
const IN_FLIGHT_LIMIT = 64 * 1024;

export interface ResponseSender {
  /** What the handler gets. */
  readonly stream: RuntimeResponseStream;
  /** Resolves when the response has ended; rejects when its stream was destroyed before. */
  readonly finished: Promise<void>;
  /** The reader took this many bytes more. */
  acknowledge(bytes: number): void;
  /** Ends the response with an error, unless the handler has ended it already. */
  fail(error: unknown): void;
}

/** The stream that a handler writes its response to, with the traps of the one that Lambda's runtime gives it. */
export function createResponseSender(highWaterMark: number | undefined, post: PostFromWorker): ResponseSender {
  const finished = Promise.withResolvers<void>();
  let contentType: string | undefined;
  let written = false;
  let ended = false;
  let failure: ErrorPayload | undefined;
  let inFlight = 0;
  let resume: (() => void) | undefined;

  const end = (error: ErrorPayload | undefined) => {
    if (ended) return;
    ended = true;
    post({ type: 'end', contentType, error });
  };

  const writable = new Writable({
    ...(highWaterMark !== undefined && { highWaterMark }),
    write(chunk: Buffer, _encoding, done) {
      if (chunk.byteLength > 0) {
        // A copy, for a message carries the whole buffer behind a view, and the handler may reuse its own.
        post({ type: 'chunk', contentType, bytes: new Uint8Array(chunk) });
        inFlight += chunk.byteLength;
      }
      if (inFlight <= IN_FLIGHT_LIMIT) done();
      else resume = done;
    },
    final(done) {
      end(failure);
      done();
    },
    destroy(error, done) {
      // `end()` came first, so the response is whole: a later `write()` is what destroys the stream.
      if (writable.writableEnded && writable.writableLength === 0) end(failure);
      done(error);
    },
  });
  writable.on('finish', finished.resolve).on('error', finished.reject);
  writable.on('close', () => finished.reject(new Error('The response stream was destroyed before its end.')));

  const write: (chunk: unknown, ...rest: never[]) => boolean = writable.write.bind(writable);
  const stream: RuntimeResponseStream = Object.assign(writable, {
    setContentType(type: string) {
      if (written || writable.writableEnded) {
        throw runtimeError('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.');
      }
      contentType = type;
    },
    write(chunk: unknown, ...rest: never[]): boolean {
      const data = isWritable(chunk) ? chunk : JSON.stringify(chunk);
      if (!written) stream._onBeforeFirstWrite?.(write);
      written = true;
      return write(data, ...rest);
    },
  });

  return {
    stream: handlerStream(stream),
    finished: finished.promise,
    acknowledge(bytes) {
      inFlight -= bytes;
      if (inFlight > IN_FLIGHT_LIMIT) return;
      const done = resume;
      resume = undefined;
      done?.();
    },
    fail(error) {
      if (writable.destroyed) {
        end({
          errorType: 'Runtime.TruncatedResponse',
          errorMessage: 'The response stream was destroyed before its end.',
        });
      } else if (!writable.writableEnded) {
        failure = toErrorPayload(error);
        writable.end();
      }
    },
  };
}

/** What a stream takes; anything else becomes JSON, but for null and undefined, which it refuses. */
function isWritable(chunk: unknown): boolean {
  return typeof chunk === 'string' || chunk instanceof Uint8Array || chunk === null || chunk === undefined;
}
