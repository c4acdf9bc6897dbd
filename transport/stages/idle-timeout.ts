import { IdleTimeoutError } from '../errors.ts';
import { responseWith } from '../response-with.ts';
import type { Stage } from './stage.ts';

export interface IdleTimeoutOptions {
  /**
   * Longest silence: before the answer begins, and between two chunks of it that are waited for. A request that only
   * reads is then tried again, any other fails. Milliseconds; longer than the function's own time-out, which answers
   * with an error, so that no call is given up that still runs.
   * @default none: an SDK's client gives up after 60 seconds of its own
   */
  readonly idleTimeout?: number | undefined;
}

/** Ends an exchange in which nothing comes for too long. */
export function idleTimeout({ idleTimeout: limit }: IdleTimeoutOptions): Stage {
  if (limit === undefined) return async (request, next) => untilAborted(next(request), request.signal);
  return async (request, next) => {
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rest = () => clearTimeout(timer);
    const listen = () => {
      rest();
      timer = setTimeout(() => silence.abort(new IdleTimeoutError(limit)), limit);
      // An exchange that was given up leaves it running: it must not keep the process alive.
      (timer as { unref?: () => void }).unref?.();
    };
    const signal = request.signal ? AbortSignal.any([request.signal, silence.signal]) : silence.signal;
    listen();
    try {
      const response = await untilAborted(next({ ...request, signal }), signal);
      if (!response.body) return response;
      return responseWith(listenTo(response.body, signal, listen, rest), response, response);
    } finally {
      rest();
    }
  };
}

/** Watches a body as the answer's beginning was watched, but only while somebody waits for a chunk. */
function listenTo(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  listen: () => void,
  rest: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        listen();
        try {
          const { value } = await untilAborted(reader.read(), signal);
          if (value) controller.enqueue(value);
          else controller.close();
        } catch (error) {
          if (signal.aborted) reader.cancel(error).catch(() => {});
          throw error;
        } finally {
          rest();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** What `work` gives, unless `signal` fires first: a provider of credentials, for one, takes no signal. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const forget = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.finally(forget).then(resolve, reject);
  });
}
