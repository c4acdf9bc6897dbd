import { TransportError } from './errors.ts';

/** Nothing came for longer than `idleTimeout`. The server may be at work on the request all the same. */
export class SilenceError extends TransportError {
  override readonly name = 'SilenceError';
  /** As of a connection that timed out. */
  readonly code = 'ETIMEDOUT';

  constructor(milliseconds: number) {
    super(`Nothing came for ${milliseconds / 1000} s (\`idleTimeout\`). The server may have run the request.`);
  }
}

/** Ends an exchange in which nothing comes for too long. */
export interface SilenceWatch {
  /** Aborts on silence, and with the signal given. */
  readonly signal: AbortSignal;
  /** Watches the body as it watched for the headers, but only while somebody waits for a chunk. */
  watchBody(response: Response): Response;
}

/** @param limit milliseconds; undefined watches nothing */
export function watchSilence(limit: number | undefined, signal: AbortSignal | undefined): SilenceWatch | undefined {
  if (limit === undefined) return undefined;
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = () => clearTimeout(timer);
  const listen = () => {
    rest();
    timer = setTimeout(() => silence.abort(new SilenceError(limit)), limit);
    // An exchange that was given up leaves it running: it must not keep the process alive.
    (timer as { unref?: () => void }).unref?.();
  };
  listen();
  return {
    signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    watchBody(response) {
      rest();
      if (!response.body) return response;
      const reader = response.body.getReader();
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            listen();
            try {
              const { value } = await reader.read();
              if (value) controller.enqueue(value);
              else controller.close();
            } finally {
              rest();
            }
          },
          cancel: (reason) => reader.cancel(reason),
        },
        { highWaterMark: 0 },
      );
      return new Response(body, response);
    },
  };
}
