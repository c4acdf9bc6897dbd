import {
  createMcpHandler,
  isLegacyRequest,
  McpServer,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { JsonRpcId } from '../wire/json-rpc.ts';
import type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';
import { type JsonRpcMessage, rememberJsonSchemas } from './json-schema-cache/remember-json-schemas.ts';
import { rehearse } from './rehearse.ts';
import { SILENT_METHODS, serveStateless } from './serve-stateless.ts';
import type { LambdaStreamHandler } from './streamify-response.ts';
import { createStreamingHandler, type Exchange } from './streaming-handler.ts';

export type { CallOutcome, CallRecord } from '../wire/call-record.ts';
export type { Caller, CallerIdentity } from './caller.ts';
export type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
export type { LambdaContext } from './lambda-context.ts';
export type { CallLogger } from './log-line.ts';
export { bindRequestState, type RequestStateOptions } from './request-state.ts';
export type { LambdaStreamHandler } from './streamify-response.ts';

/** Makes the server that answers one request. What it does not register, its caller neither sees nor calls. */
export type McpServerFactory = (context: McpRequestContext) => McpServer | Server | Promise<McpServer | Server>;

/**
 * A Lambda handler for servers made with `@modelcontextprotocol/server`: protocol 2026-07-28 and every 2025 revision,
 * from one factory.
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
  const exchanges = new WeakMap<Request, Exchange>();
  const mcp = createMcpHandler(
    ({ requestInfo }) => {
      const exchange = requestInfo && exchanges.get(requestInfo);
      if (!exchange) throw new Error('The MCP SDK handed the factory a request that it was not given.');
      return makeServer(exchange);
    },
    { onerror: (error) => console.error(error) },
  );

  async function makeServer({ caller, request, lambda, message }: Exchange): Promise<McpServer | Server> {
    const server = withoutSubscriptions(await factory({ caller, request, lambda }));
    rememberJsonSchemas(server, message as JsonRpcMessage);
    return server;
  }

  return createStreamingHandler(async (exchange) => {
    const { request, message } = exchange;
    const { id, method } = message as { id?: JsonRpcId; method?: unknown };
    if (method === 'subscriptions/listen') return errorResponse(404, NO_SUBSCRIPTIONS, id);
    if (!statesRevision(message) && (await isLegacyRequest(request, message))) {
      const server = await makeServer(exchange);
      const enableJsonResponse = server instanceof McpServer && SILENT_METHODS.has(method);
      return serveStateless(server, new WebStandardStreamableHTTPServerTransport({ enableJsonResponse }), exchange);
    }
    exchanges.set(request, exchange);
    return mcp.fetch(request, { parsedBody: message });
  }, options);
}

/** As every request of protocol 2026-07-28 does: whose it is, the SDK then finds out by itself. */
function statesRevision(message: unknown): boolean {
  const { _meta } = (message as { params?: { _meta?: object } }).params ?? {};
  return typeof _meta === 'object' && _meta !== null && 'io.modelcontextprotocol/protocolVersion' in _meta;
}

/** With nothing to subscribe to the method is not offered, which the SDK would call a limit that was reached. */
const NO_SUBSCRIPTIONS = {
  code: JsonRpcErrorCode.methodNotFound,
  message: 'This server is stateless and tells of no changes: subscriptions/listen is not offered.',
};

/**
 * Takes back the offer to tell of changes, which the SDK makes unasked: a subscription would hold an invocation, and its
 * bill, open.
 */
function withoutSubscriptions<T extends McpServer | Server>(given: T): T {
  const server: Server = given instanceof McpServer ? given.server : given;
  const { tools, prompts, resources } = server.getCapabilities();
  server.registerCapabilities({
    ...(tools && { tools: { listChanged: false } }),
    ...(prompts && { prompts: { listChanged: false } }),
    ...(resources && { resources: { listChanged: false, subscribe: false } }),
  });
  return given;
}
