import type { McpMessage } from './mcp-message.ts';

export interface RetryOptions {
  /**
   * Attempts in all, the first included; 1 turns retrying off.
   * @default 3
   */
  readonly attempts?: number;
  /**
   * Longest wait before the first retry; it doubles with each. Milliseconds; the wait itself is random (full jitter).
   * @default 200
   */
  readonly baseDelay?: number;
  /**
   * Longest wait before any retry, `Retry-After` included; milliseconds.
   * @default 5000
   */
  readonly maxDelay?: number;
}

export interface RetryRules extends RetryOptions {
  /** Tools that may run twice without harm, so that a call which may have run is tried again. */
  readonly idempotentTools?: readonly string[];
}

/** MCP methods that change nothing on a stateless server. */
const READING_METHODS =
  /^(?:initialize|ping|server\/discover|(?:tools|prompts|resources|resources\/templates)\/list|prompts\/get|resources\/read|completion\/complete)$/;
const THROTTLED = 429;
const MAY_HAVE_RUN = new Set([500, 502, 503, 504]);
/** Errors of a connection that was never made, so that nothing was sent. */
const UNSENT_CODES = new Set(['EAI_AGAIN', 'ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Makes an attempt, and more where that is safe: after a throttle, which Lambda answers before it runs anything; after
 * a connection that was never made; and after any failure of a message that only reads, or of a tool named idempotent.
 *
 * A throttle that outlasts the attempts is answered 503: to a 429 on its first request an MCP client would change
 * protocol revision. Waiting ends with `signal`.
 */
export async function withRetries(
  attempt: () => Promise<Response>,
  message: McpMessage | undefined,
  { attempts = 3, baseDelay = 200, maxDelay = 5000, idempotentTools = [] }: RetryRules,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const repeatable = () => isRepeatable(message, idempotentTools);
  for (let made = 1; ; made += 1) {
    const last = !(made < attempts);
    let retryAfter: string | null = null;
    try {
      const response = await attempt();
      const again = response.status === THROTTLED || (MAY_HAVE_RUN.has(response.status) && repeatable());
      if (!again) return response;
      if (last) return response.status === THROTTLED ? asUnavailable(response) : response;
      retryAfter = response.headers.get('retry-after');
      await response.body?.cancel();
    } catch (error) {
      if (last || signal?.aborted || !(wasNotSent(error) || (isNetworkError(error) && repeatable()))) throw error;
    }
    await wait(delay(made, baseDelay, maxDelay, retryAfter), signal);
  }
}

function isRepeatable(message: McpMessage | undefined, idempotentTools: readonly string[]): boolean {
  if (isReading(message)) return true;
  return idempotentTools.length > 0 && message?.tool !== undefined && idempotentTools.includes(message.tool);
}

/** Whether a message changes nothing on a stateless server. */
export function isReading(message: McpMessage | undefined): boolean {
  return message?.method !== undefined && READING_METHODS.test(message.method);
}

function asUnavailable(response: Response): Response {
  const { headers, body } = response;
  return new Response(body, { status: 503, headers });
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

/** The system's codes for what broke, the error's own first. */
export function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  const pending: unknown[] = [error];
  for (const each of pending.values()) {
    if (typeof each !== 'object' || each === null || codes.length > 8) continue;
    const { code, cause, errors } = each as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string') codes.push(code);
    if (cause !== undefined) pending.push(cause);
    if (Array.isArray(errors)) pending.push(...errors);
  }
  return codes;
}

/** Whether the connection was never made. */
export function wasNotSent(error: unknown): boolean {
  return errorCodes(error).some((code) => UNSENT_CODES.has(code));
}

/** Of the network, not of the caller: fetch reports both as TypeError, but only the network's has a system code. */
function isNetworkError(error: unknown): boolean {
  return errorCodes(error).some((code) => /^(?:E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(code));
}
