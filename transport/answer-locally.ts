import type { McpMessage } from './mcp-message.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/**
 * The answer to a request that a stateless function would ignore, and bill; undefined for all others.
 *
 * A GET asks for a stream of server messages, and a DELETE ends a session: a stateless server has neither. A
 * notification reaches a server that exists for one request only. A request that names a session is never answered
 * here: its server keeps state.
 *
 * Source: MCP specification 2025-11-25, Streamable HTTP: 405 for GET and DELETE where they are not offered, 202 for
 * notifications and responses.
 */
export function answerLocally(request: OutgoingRequest, message: McpMessage | undefined): Response | undefined {
  if (request.headers.has('mcp-session-id')) return undefined;
  if (request.method === 'GET' || request.method === 'DELETE') {
    return new Response(null, { status: 405, headers: { allow: 'POST' } });
  }
  return message && !message.isRequest ? new Response(null, { status: 202 }) : undefined;
}
