import { runtimeError, toErrorPayload } from './error-payload.ts';
import { handlerStream, type RuntimeResponseStream } from './handler-stream.ts';
import { headerText, type RuntimeClient } from './runtime-client.ts';

export interface ResponseSender {
  /** What the handler gets. */
  readonly stream: RuntimeResponseStream;
  /** Resolves when the response has arrived; rejects when its stream failed or was destroyed before. */
  readonly finished: Promise<void>;
  /** Ends the response with an error, unless the handler has ended it already. */
  fail(error: unknown): void;
}

/**
 * The stream that a handler writes its response to, with the traps of the one that Lambda's runtime gives it: the request
 * to the Runtime API that carries the response.
 */
export function openResponse(
  client: RuntimeClient,
  requestId: string,
  highWaterMark: number | undefined,
): ResponseSender {
  const finished = Promise.withResolvers<void>();
  const request = client.stream(requestId, highWaterMark);
  let written = false;
  request.on('response', (response) => response.once('end', finished.resolve).resume());
  request.on('error', finished.reject);
  request.on('close', () => finished.reject(new Error('The response stream was destroyed before its end.')));

  const write: (chunk: unknown, ...rest: never[]) => boolean = request.write.bind(request);
  const stream: RuntimeResponseStream = Object.assign(request, {
    setContentType(type: string) {
      if (written || request.writableEnded) {
        throw runtimeError('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.');
      }
      request.setHeader('Content-Type', type);
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
    fail(error) {
      if (request.destroyed || request.writableEnded) return;
      const payload = toErrorPayload(error);
      request.addTrailers({
        'Lambda-Runtime-Function-Error-Type': headerText(payload.errorType),
        'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(payload)).toString('base64'),
      });
      request.end();
    },
  };
}

/** What a stream takes; anything else becomes JSON, but for null and undefined, which it refuses. */
function isWritable(chunk: unknown): boolean {
  return typeof chunk === 'string' || chunk instanceof Uint8Array || chunk === null || chunk === undefined;
}
