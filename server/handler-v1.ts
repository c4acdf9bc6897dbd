import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport as HttpTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
import { rehearse } from './rehearse.ts';
import { SILENT_METHODS, serveStateless } from './serve-stateless.ts';
import type { LambdaStreamHandler } from './streamify-response.ts';
import { createStreamingHandler } from './streaming-handler.ts';

export type { CallOutcome, CallRecord } from '../wire/call-record.ts';
export type { Caller, CallerIdentity } from './caller.ts';
export type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
export type { LambdaContext } from './lambda-context.ts';
export type { CallLogger } from './log-line.ts';
export type { LambdaStreamHandler } from './streamify-response.ts';

/** Makes the server that answers one request. What it does not register, its caller neither sees nor calls. */
export type McpServerFactory = (context: McpRequestContext) => McpServer | Server | Promise<McpServer | Server>;

/**
 * A Lambda handler for servers made with `@modelcontextprotocol/sdk`: every protocol revision up to 2025-11-25.
 *
 * ```ts
 * export const handler = createLambdaHandler(({ caller }) => {
 *   const server = new McpServer({ name: 'tools', version: '1.0.0' });
 *   server.registerTool('greet', { … }, async ({ name }) => …);
 *   return server;
 * });
 * ```
 */
export function createLambdaHandler(factory: McpServerFactory, options?: LambdaHandlerOptions): LambdaStreamHandler {
  rehearse((silent) => newHandler(() => new McpServer({ name: 'rehearsal', version: '1.0.0' }), silent));
  return newHandler(factory, options);
}

function newHandler(factory: McpServerFactory, options: LambdaHandlerOptions | undefined): LambdaStreamHandler {
  return createStreamingHandler(async (exchange) => {
    const { caller, request, lambda, message } = exchange;
    const server = await factory({ caller, request, lambda });
    const enableJsonResponse =
      server instanceof McpServer && SILENT_METHODS.has((message as { method?: unknown }).method);
    // Its optional callbacks are declared without `| undefined`, which exactOptionalPropertyTypes tells apart.
    const transport = new HttpTransport({ enableJsonResponse }) as HttpTransport & Parameters<Server['connect']>[0];
    return serveStateless(server, transport, exchange);
  }, options);
}
