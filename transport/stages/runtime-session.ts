import { isRuntimePath } from '../../wire/aws/runtime-arn.ts';
import type { Stage } from './stage.ts';

/** By which AgentCore Runtime knows a session: the one for MCP servers, and the one for all; 33 to 256 characters. */
const MCP_SESSION = 'mcp-session-id';
const RUNTIME_SESSION = 'x-amzn-bedrock-agentcore-runtime-session-id';

/**
 * Keeps the requests to an agent runtime of AgentCore in one session, and so in one microVM. To a request that names no
 * session AgentCore gives a new one, with a start of its own; and in protocol 2026-07-28 none names one. What names a session
 * stays as it is, and so does `initialize`, which begins one.
 *
 * A session that has ended is answered 404: the next request then begins another.
 *
 * Source: Amazon Bedrock AgentCore Developer Guide, "Deploy MCP servers" and "Use isolated sessions for agents".
 */
export function runtimeSession(): Stage {
  let sessionId: string | undefined;
  return async (request, next) => {
    const { url, headers, message } = request;
    const isNamed = headers.has(MCP_SESSION) || headers.has(RUNTIME_SESSION);
    if (!isRuntimePath(url) || isNamed || message?.method === 'initialize') return next(request);
    sessionId ??= crypto.randomUUID();
    const named = sessionId;
    const response = await next({
      ...request,
      headers: new Map(headers).set(MCP_SESSION, named).set(RUNTIME_SESSION, named),
    });
    if (response.status === 404 && sessionId === named) sessionId = undefined;
    return response;
  };
}
