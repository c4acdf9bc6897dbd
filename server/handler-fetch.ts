/**
 * A Lambda handler for whatever answers MCP requests by a `fetch`: Hono, mcp-handler, or code of your own.
 *
 * @see docs/server.md
 * @module
 */

import { assertAuth } from './auth.ts';
import { createHandler } from './create-handler.ts';
import type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
import type { LambdaHandler } from './lambda-handler.ts';
import { warmUp } from './warm-up.ts';

export type * from './public-types.ts';

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
 *
 * @throws {TypeError} when it is given anything without a `fetch`
 */
export function createLambdaHandler(server: FetchServer, options?: LambdaHandlerOptions): LambdaHandler {
  if (typeof server?.fetch !== 'function') {
    throw new TypeError(
      'createLambdaHandler of lambda-mcp/server/fetch takes an object that has a fetch: write ' +
        'createLambdaHandler({ fetch: (request) => … }).',
    );
  }
  assertAuth(options);
  warmUp((silent) => createHandler(async () => Response.json({ jsonrpc: '2.0', id: 1, result: {} }), silent));
  return createHandler(
    async ({ caller, authInfo, endUser, authorizer, request, lambda }) =>
      server.fetch(request, { caller, authInfo, endUser, authorizer, request, lambda }),
    options,
  );
}
