import { ConnectionError } from '../connection-error.ts';
import { BrokenAnswerError, IdleTimeoutError } from '../errors.ts';
import { isReading, type McpMessage } from '../mcp-message.ts';
import { isNotBegun } from '../not-begun.ts';
import { responseWith } from '../response-with.ts';
import type { Stage } from './stage.ts';

/** How often a request is tried again, and after how long. Only what cannot run twice by it is tried again. */
export interface RetryOptions {
  /**
   * Attempts in all, the first included; 1 turns retrying off.
   * @default 3
   */
  readonly attempts?: number | undefined;
  /**
   * Longest wait before the first retry; it doubles with each. Milliseconds; the wait itself is random (full jitter).
   * @default 200
   */
  readonly baseDelay?: number | undefined;
  /**
   * Longest wait before any retry, `Retry-After` included; milliseconds.
   * @default 5000
   */
  readonly maxDelay?: number | undefined;
  /**
   * Is told of each attempt that is followed by another, before the wait. What it throws fails the request.
   * @default nobody is told
   */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

/** An attempt that failed, and will be followed by another. */
export interface Retry {
  /** Which it was; the first is 1. */
  readonly attempt: number;
  /** Of its response; undefined where there was none. */
  readonly status?: number | undefined;
  /** Why there was none, or none that was whole. */
  readonly error?: unknown;
  /** Milliseconds until the next one. */
  readonly delay: number;
}

export interface RetryStageOptions {
  /** When and how often a request is tried again. */
  readonly retry?: RetryOptions | undefined;
  /**
   * Tools that may run twice without harm: their calls are retried even when an earlier attempt may have run.
   * @default []
   */
  readonly idempotentTools?: readonly string[] | undefined;
}

const MAY_HAVE_RUN = new Set([500, 502, 503, 504]);

/**
 * Tries again where that is safe: after a throttle, or where AWS could not begin otherwise, so that nothing has run; when
 * nothing was sent; and after any failure of a message that only reads, or of a tool named idempotent.
 */
export function retry({ retry: rules = {}, idempotentTools = [] }: RetryStageOptions): Stage {
  const { attempts = 3, baseDelay = 200, maxDelay = 5000, onRetry } = rules;
  const isRepeatable = (message: McpMessage | undefined) =>
    isReading(message) || (message?.tool !== undefined && idempotentTools.includes(message.tool));

  return async (request, next) => {
    const { message, signal } = request;
    for (let made = 1; ; made += 1) {
      const isLast = !(made < attempts);
      let retryAfter: string | null = null;
      let failed: Pick<Retry, 'status' | 'error'>;
      try {
        const response = await next(request);
        const again = isNotBegun(response) || (MAY_HAVE_RUN.has(response.status) && isRepeatable(message));
        if (!again) return response;
        if (isLast) return asLast(response, message);
        retryAfter = response.headers.get('retry-after');
        failed = { status: response.status };
        await response.body?.cancel();
      } catch (error) {
        if (error instanceof BrokenAnswerError && (isLast || !error.isRepeatable)) return error.response;
        if (isLast || signal?.aborted || !mayRepeat(error, isRepeatable(message))) throw error;
        if (error instanceof BrokenAnswerError) await error.response.body?.cancel();
        failed = { error };
      }
      const pause = delay(made, baseDelay, maxDelay, retryAfter);
      onRetry?.({ attempt: made, ...failed, delay: pause });
      await wait(pause, signal);
    }
  };
}

function mayRepeat(error: unknown, isRepeatable: boolean): boolean {
  if (error instanceof ConnectionError) return error.transient && (isRepeatable || !error.maybeSent);
  return isRepeatable && (error instanceof BrokenAnswerError || error instanceof IdleTimeoutError);
}

/** To a 4xx a client that finds out the protocol's revision would take the server for an old one. */
function asLast(response: Response, message: McpMessage | undefined): Response {
  const { body, headers, status } = response;
  if (status >= 500 || !isNotBegun(response) || message?.method !== 'server/discover') return response;
  // The text is all that tells it from a server that is unavailable.
  const statusText = status === 429 ? 'Too Many Requests' : 'Conflict';
  return responseWith(body, { status: 503, statusText, headers }, response);
}

function delay(made: number, baseDelay: number, maxDelay: number, retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.min(seconds * 1000, maxDelay);
  return Math.random() * Math.min(baseDelay * 2 ** (made - 1), maxDelay);
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
