import type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
import { rehearse } from './rehearse.ts';
import type { LambdaStreamHandler } from './streamify-response.ts';
import { createStreamingHandler } from './streaming-handler.ts';

export type { CallOutcome, CallRecord } from '../wire/call-record.ts';
export type { Caller, CallerIdentity } from './caller.ts';
export type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
export type { LambdaContext } from './lambda-context.ts';
export type { CallLogger } from './log-line.ts';
export type { LambdaStreamHandler } from './streamify-response.ts';

/** Anything that answers MCP requests: Hono's app, mcp-handler's handler as `{ fetch: handler }`, your own. */
export interface FetchServer {
  /** The second argument is what AWS knows of the request. */
  fetch(request: Request, context: McpRequestContext): Response | Promise<Response>;
}

/**
 * A Lambda handler for a `{ fetch }`-shaped MCP server. It must be stateless, since the next request may find another
 * environment.
 *
 * ```ts
 * export const handler = createLambdaHandler({ fetch: (request) => app.fetch(request) });
 * ```
 */
export function createLambdaHandler(server: FetchServer, options?: LambdaHandlerOptions): LambdaStreamHandler {
  rehearse((silent) =>
    createStreamingHandler(async () => Response.json({ jsonrpc: '2.0', id: 1, result: {} }), silent),
  );
  return createStreamingHandler(
    async ({ caller, request, lambda }) => server.fetch(request, { caller, request, lambda }),
    options,
  );
}
