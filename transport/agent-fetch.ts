import { completeResponse } from '../wire/complete-response.ts';
import type { JsonRpcError } from '../wire/completion.ts';
import { answerLocally } from './answer-locally.ts';
import { explainConnectionError } from './connection-error.ts';
import { TransportError } from './errors.ts';
import { type McpMessage, readMcpMessage } from './mcp-message.ts';
import { type OutgoingRequest, readOutgoingRequest } from './outgoing-request.ts';
import { isReading, type RetryOptions, withRetries } from './retry.ts';
import { watchSilence } from './silence.ts';

export interface AgentFetchOptions {
  /** When and how often a request is tried again. */
  readonly retry?: RetryOptions;
  /**
   * Longest silence: before the answer begins, and between two chunks of it that are waited for. A request that reads
   * is then tried again, any other fails. Milliseconds; longer than the slowest tool.
   * @default none: an SDK's client gives up after 60 seconds of its own
   */
  readonly idleTimeout?: number;
  /**
   * Tools that may run twice without harm: their calls are retried even when an earlier attempt may have run.
   * @default []
   */
  readonly idempotentTools?: readonly string[];
  /**
   * Whether the server keeps no state between requests, as on Lambda. Then a GET, a DELETE and a notification that
   * names no session are answered here, since the server would ignore, and bill, them.
   * @default true
   */
  readonly stateless?: boolean;
}

/** JSON-RPC error code of a connection that closed before the response; both SDK lines use it. */
const CONNECTION_CLOSED = -32000;

/** The answer to a message that reads broke off: as good as a connection that did. */
class BrokenAnswerError extends TransportError {
  override readonly name = 'BrokenAnswerError';
  readonly code = 'ECONNRESET';
  /** The answer, completed with an error, for when nothing better comes. */
  readonly response: Response;

  constructor(message: string, response: Response, cause: unknown) {
    super(message, { cause });
    this.response = response;
  }
}

/** A `fetch` for MCP clients out of one that makes a single attempt. */
export function createAgentFetch(
  attempt: (request: OutgoingRequest) => Promise<Response>,
  { retry, idleTimeout, idempotentTools, stateless = true }: AgentFetchOptions,
): typeof fetch {
  const rules = { ...retry, ...(idempotentTools && { idempotentTools }) };
  return async (input, init) => {
    const request = await readOutgoingRequest(input, init);
    request.signal?.throwIfAborted();
    const message = readMcpMessage(request);
    const local = stateless ? answerLocally(request, message) : undefined;
    if (local) return local;
    try {
      return await withRetries(() => exchange(request, message), message, rules, request.signal);
    } catch (error) {
      if (error instanceof BrokenAnswerError) return error.response;
      throw error;
    }
  };

  async function exchange(request: OutgoingRequest, message: McpMessage | undefined): Promise<Response> {
    const watch = watchSilence(idleTimeout, request.signal);
    const watched = watch ? { ...request, signal: watch.signal } : request;
    const response = await orAborted(attempt(watched), watched.signal).catch((error: unknown) => {
      throw explainConnectionError(error);
    });
    return withAnswer(watch?.watchBody(response) ?? response, request, message, watched.signal);
  }
}

/** What `work` gives, unless `signal` fires first: a provider of credentials, for one, takes no signal. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).then(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * A stream that breaks becomes a JSON-RPC error for the request it carried, at once. The answer to a message that reads
 * is read whole instead, so that it can be asked for again.
 */
async function withAnswer(
  response: Response,
  request: OutgoingRequest,
  message: McpMessage | undefined,
  cut: AbortSignal | undefined,
): Promise<Response> {
  if (!response.ok || message?.id === undefined) return response;
  let broken: { readonly cause: unknown; readonly message: string } | undefined;
  const failure = (cause: unknown, { resumable }: { resumable: boolean }): JsonRpcError | undefined => {
    if (request.signal?.aborted) return undefined;
    const session = request.headers.has('mcp-session-id') || response.headers.has('mcp-session-id');
    if (resumable && session) return undefined;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    broken = {
      cause,
      message: `The response ended before the answer to this request came${why}. The server may have run it.`,
    };
    return { code: CONNECTION_CLOSED, message: broken.message };
  };
  // An SDK takes these for the answer to a notification, and goes on waiting for the one to its request.
  const isBare = response.status === 202 || !response.body;
  const given = isBare ? new Response('', { headers: { 'content-type': 'application/json' } }) : response;
  const completed = completeResponse(given, { id: message.id, failure, ...(cut && { cut }) });
  if (!isReading(message)) return completed;
  const whole = new Response(await completed.arrayBuffer(), completed);
  if (broken) throw new BrokenAnswerError(broken.message, whole, broken.cause);
  return whole;
}
