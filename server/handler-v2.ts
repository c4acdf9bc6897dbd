/**
 * A Lambda handler for servers made with `@modelcontextprotocol/server`, and the types that every entry of the server shares.
 *
 * @see docs/server.md
 * @module
 */

import {
  createMcpHandler,
  WebStandardStreamableHTTPServerTransport as HttpTransport,
  isLegacyRequest,
  McpServer,
} from '@modelcontextprotocol/server';
import type { GatewayTool } from '../wire/tool-schema/gateway-tool.ts';
import type { Exchange } from './answer-request.ts';
import { assertAuth } from './auth.ts';
import { createHandler } from './create-handler.ts';
import { type GatewayTargetHandler, type GatewayTargetOptions, gatewayTarget } from './gateway/gateway-target.ts';
import { gatewayToolsOf } from './gateway/gateway-tools.ts';
import { guardTransport, type Transport } from './guard-transport.ts';
import type { LambdaHandlerOptions } from './handler-options.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';
import { type JsonRpcMessage, rememberJsonSchemas } from './json-schema-cache/remember-json-schemas.ts';
import type { LambdaHandler } from './lambda-handler.ts';
import { dropLateNotifications } from './late-notifications.ts';
import { logError } from './log-error.ts';
import { assertFactory, type McpServerFactory, type ProtocolServer, protocolServer } from './mcp-server.ts';
import { serveSession } from './serve-session.ts';
import { isSilent, serveStateless } from './serve-stateless.ts';
import { warmUp } from './warm-up.ts';

export type { GatewaySchema, GatewayTool } from '../wire/tool-schema/gateway-tool.ts';
export type { GatewayTargetContext, GatewayTargetHandler, GatewayTargetOptions } from './gateway/gateway-target.ts';
export type { McpServerFactory, McpServerLike } from './mcp-server.ts';
export type * from './public-types.ts';
export { bindRequestState, type RequestStateOptions } from './request-state.ts';

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
 *
 * @throws {TypeError} when it is given anything but a function; what the function returns is looked at at each request
 */
export function createLambdaHandler(factory: McpServerFactory, options?: LambdaHandlerOptions): LambdaHandler {
  assertFactory(factory, 'lambda-mcp/server');
  assertAuth(options);
  warmUp((silent) => newHandler(() => new McpServer({ name: 'warm-up', version: '1.0.0' }), silent));
  return newHandler(factory, options);
}

/**
 * A Lambda handler for the same factory, behind AgentCore Gateway as a plain Lambda target, without a URL.
 *
 * ```ts
 * export const handler = createGatewayTargetHandler(makeServer);
 * ```
 *
 * `caller` is undefined: the gateway tells a function nothing that its caller could not have made up.
 *
 * @throws {TypeError} when it is given anything but a function
 */
export function createGatewayTargetHandler(
  factory: McpServerFactory,
  options?: GatewayTargetOptions,
): GatewayTargetHandler {
  return gatewayTarget((others) => createLambdaHandler(factory, others), options);
}

/**
 * The tools that a factory's server has, as such a target declares them: the value of `ToolSchema.InlinePayload`.
 *
 * @throws {TypeError} when a gateway cannot be told what a tool takes
 */
export function gatewayTools(factory: McpServerFactory): Promise<GatewayTool[]> {
  return gatewayToolsOf(createLambdaHandler(factory, { logger() {} }));
}

function newHandler(factory: McpServerFactory, options: LambdaHandlerOptions | undefined): LambdaHandler {
  return createHandler(
    async (exchange) => {
      const { caller, authInfo, endUser, authorizer, request, lambda, message, sessions } = exchange;
      const make = async () => factory({ caller, authInfo, endUser, authorizer, request, lambda });
      if (sessions && (message === undefined || (await isLegacyRequest(request, message)))) {
        const makeServer = async () => protocolServer(await make());
        return serveSession(exchange, sessions, makeServer, (settings) => new HttpTransport(settings));
      }
      const { id, method } = message as JsonRpcMessage;
      if (method === 'subscriptions/listen') return errorResponse(404, NO_SUBSCRIPTIONS, id);
      const made = await make();
      const server = protocolServer(made);
      offerNoChanges(server);
      rememberJsonSchemas(made, message as JsonRpcMessage);
      const speaks2026 = server.getNegotiatedProtocolVersion !== undefined;
      const isLegacy = !speaks2026 || (await isLegacyRequest(request, message));
      return isLegacy
        ? serveStateless(made, new HttpTransport({ enableJsonResponse: isSilent(made, message) }), exchange)
        : serve2026(made instanceof McpServer ? made : server, server, exchange);
    },
    options,
    { canHaveSessions: true },
  );
}

/** @param made the server, as the SDK knows its own: of another copy's it takes the low-level one */
function serve2026(made: object, server: ProtocolServer, exchange: Exchange): Promise<Response> {
  server.onerror ??= logError;
  const connect = server.connect as (transport: Transport) => Promise<void>;
  server.connect = async (transport: Transport) => {
    // A server may come back for another request.
    server.connect = connect;
    guardTransport(transport, exchange);
    await connect.call(server, transport);
    dropLateNotifications(transport, (sink) => connect.call(server, sink));
  };
  const mcp = createMcpHandler(() => made as McpServer, { onerror: logError });
  const { request, message: parsedBody, authInfo } = exchange;
  return mcp.fetch(request, { parsedBody, ...(authInfo && { authInfo }) });
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
function offerNoChanges(server: ProtocolServer): void {
  const { tools, prompts, resources } = server.getCapabilities?.() ?? {};
  server.registerCapabilities({
    ...(tools && { tools: { listChanged: false } }),
    ...(prompts && { prompts: { listChanged: false } }),
    ...(resources && { resources: { listChanged: false, subscribe: false } }),
  });
}
