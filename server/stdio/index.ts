/**
 * A Lambda handler for a stdio MCP server, in any language, as it is.
 *
 * @see docs/stdio.md
 * @module
 */

import { isLegacyRequest } from '@modelcontextprotocol/server';
import { assertAuth } from '../auth.ts';
import { createHandler } from '../create-handler.ts';
import { DeadlineExceeded } from '../cutoff.ts';
import type { LambdaHandlerOptions } from '../handler-options.ts';
import { errorResponse, JsonRpcErrorCode } from '../json-rpc.ts';
import type { LambdaHandler } from '../lambda-handler.ts';
import { logError } from '../log-error.ts';
import { warmUp } from '../warm-up.ts';
import { ChildFailure } from './child-requests.ts';
import { createProcessPool } from './process-pool.ts';
import { serve2025 } from './serve-2025.ts';
import { serve2026 } from './serve-2026.ts';
import { isOlderRevision } from './server-description.ts';
import type { Child } from './start-child.ts';
import { assertStdioServer, type StdioServer } from './stdio-server.ts';

export type * from '../public-types.ts';
export type { StdioServer } from './stdio-server.ts';

/**
 * A Lambda handler for a stdio MCP server, in any language: protocol 2026-07-28 and every 2025 revision, whatever
 * revision the server speaks. It starts in the init phase and serves all requests that follow.
 *
 * ```ts
 * export const handler = createLambdaHandler({ command: 'node', args: ['server.js'] });
 * ```
 *
 * What the server asks of its client (sampling, elicitation, roots) is refused at once. When its process ends, hangs or
 * breaks the protocol, the call under way gets an error that says so, and the next one a new process.
 *
 * @throws {TypeError} when the options name no program
 */
export function createLambdaHandler(server: StdioServer, options?: LambdaHandlerOptions): LambdaHandler {
  assertStdioServer(server);
  assertAuth(options);
  warmUp((silent) => createHandler(async () => pong(1), silent));
  const pool = createProcessPool(server);
  return createHandler(async (exchange) => {
    const { message, request, lambda, caller, finished } = exchange;
    const { id, method } = message as { id?: string | number; method?: string };
    const isOlder = await isLegacyRequest(request, message);
    if (isOlder) {
      // Notifications and answers concern requests that this one does not know of.
      if (id === undefined || method === undefined) return new Response(null, { status: 202 });
      const revision = request.headers.get('mcp-protocol-version');
      if (revision !== null && !isOlderRevision(revision)) return unsupportedRevision(revision);
      if (method === 'ping') return pong(id);
    } else if (method === 'subscriptions/listen') return errorResponse(404, NO_SUBSCRIPTIONS, id);
    const child = await pool.lease({ callerArn: caller?.arn, requestId: lambda.awsRequestId, ended: finished });
    // The time went by before it had a process, which is not to blame.
    request.signal.throwIfAborted();
    giveUpWhenLate(request.signal, child);
    try {
      return await (isOlder ? serve2025(exchange, child) : serve2026(exchange, child));
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error;
      logError(error);
      return errorResponse(200, { code: JsonRpcErrorCode.internalError, message: error.message }, id);
    }
  }, options);
}

/** A process that let the function's time pass may never answer again. */
function giveUpWhenLate(signal: AbortSignal, child: Child): void {
  const leave = () => {
    if (signal.reason instanceof DeadlineExceeded) child.retire();
  };
  signal.addEventListener('abort', leave, { once: true });
}

function pong(id: string | number): Response {
  return Response.json({ jsonrpc: '2.0', id, result: {} });
}

/** As the SDK's own transport refuses it. */
function unsupportedRevision(revision: string): Response {
  const message = `Bad Request: Unsupported protocol version: ${JSON.stringify(revision.slice(0, 64))}`;
  return errorResponse(400, { code: JsonRpcErrorCode.serverError, message });
}

const NO_SUBSCRIPTIONS = {
  code: JsonRpcErrorCode.methodNotFound,
  message: 'This server is stateless and tells of no changes: subscriptions/listen is not offered.',
};
