import { completeResponse, type JsonRpcError } from '../wire/complete-response.ts';
import { answerLocally } from './answer-locally.ts';
import { explainConnectionError } from './connection-error.ts';
import { type McpMessage, readMcpMessage } from './mcp-message.ts';
import { type OutgoingRequest, readOutgoingRequest } from './outgoing-request.ts';
import { type RetryOptions, withRetries } from './retry.ts';

export interface AgentFetchOptions {
  /** When and how often a request is tried again. */
  readonly retry?: RetryOptions;
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

/** A `fetch` for MCP clients out of one that makes a single attempt. */
export function createAgentFetch(
  attempt: (request: OutgoingRequest) => Promise<Response>,
  { retry, idempotentTools, stateless = true }: AgentFetchOptions,
): typeof fetch {
  return async (input, init) => {
    const request = await readOutgoingRequest(input, init);
    request.signal?.throwIfAborted();
    const message = readMcpMessage(request);
    const local = stateless ? answerLocally(request, message) : undefined;
    if (local) return local;
    const rules = { ...retry, ...(idempotentTools && { idempotentTools }) };
    const exchange = () => orAborted(attempt(request), request.signal);
    const response = await withRetries(exchange, message, rules, request.signal).catch((error: unknown) => {
      throw explainConnectionError(error);
    });
    return withAnswer(response, request, message);
  };
}

/** What `work` gives, unless `signal` fires first: a provider of credentials, for one, takes no signal. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A stream that breaks becomes a JSON-RPC error for the request it carried, at once. */
function withAnswer(response: Response, request: OutgoingRequest, message: McpMessage | undefined): Response {
  if (!response.ok || message?.id === undefined) return response;
  const failure = (cause: unknown, { resumable }: { resumable: boolean }): JsonRpcError | undefined => {
    if (request.signal?.aborted) return undefined;
    const session = request.headers.has('mcp-session-id') || response.headers.has('mcp-session-id');
    if (resumable && session) return undefined;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    return {
      code: CONNECTION_CLOSED,
      message: `The response ended before the answer to this request came${why}. The server may have run it.`,
    };
  };
  // An SDK takes these for the answer to a notification, and goes on waiting for the one to its request.
  const isBare = response.status === 202 || !response.body;
  const given = isBare ? new Response('', { headers: { 'content-type': 'application/json' } }) : response;
  return completeResponse(given, { id: message.id, failure, ...(request.signal && { cut: request.signal }) });
}
