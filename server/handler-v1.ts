/**
 * A Lambda handler for servers made with `@modelcontextprotocol/sdk`.
 *
 * @see docs/server.md
 * @module
 */

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport as HttpTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { GatewayTool } from '../wire/tool-schema/gateway-tool.ts';
import { assertAuth } from './auth.ts';
import { createHandler } from './create-handler.ts';
import { type GatewayTargetHandler, type GatewayTargetOptions, gatewayTarget } from './gateway/gateway-target.ts';
import { gatewayToolsOf } from './gateway/gateway-tools.ts';
import type { LambdaHandlerOptions } from './handler-options.ts';
import type { LambdaHandler } from './lambda-handler.ts';
import { assertFactory, type McpServerFactory, protocolServer } from './mcp-server.ts';
import { serveSession } from './serve-session.ts';
import { isSilent, serveStateless } from './serve-stateless.ts';
import { warmUp } from './warm-up.ts';

export type { GatewaySchema, GatewayTool } from '../wire/tool-schema/gateway-tool.ts';
export type { GatewayTargetContext, GatewayTargetHandler, GatewayTargetOptions } from './gateway/gateway-target.ts';
export type { McpServerFactory, McpServerLike } from './mcp-server.ts';
export type * from './public-types.ts';

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
 *
 * @throws {TypeError} when it is given anything but a function; what the function returns is looked at at each request
 */
export function createLambdaHandler(factory: McpServerFactory, options?: LambdaHandlerOptions): LambdaHandler {
  assertFactory(factory, 'lambda-mcp/server/v1');
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
      if (sessions) {
        const makeServer = async () => protocolServer(await make());
        return serveSession(exchange, sessions, makeServer, (settings) => new HttpTransport(settings));
      }
      const made = await make();
      return serveStateless(made, new HttpTransport({ enableJsonResponse: isSilent(made, message) }), exchange);
    },
    options,
    { canHaveSessions: true },
  );
}
