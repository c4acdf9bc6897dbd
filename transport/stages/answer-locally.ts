import type { OutgoingRequest } from '../outgoing-request.ts';
import type { Stage } from './stage.ts';

export interface AnswerLocallyOptions {
  /**
   * Whether the server keeps no state between requests, as on Lambda. Then what an MCP client sends of itself, and such a
   * server would ignore and bill, is answered here: a GET that asks for an event stream, and a message that names no
   * session and asks for no answer. The response says so by the header `lambda-mcp-answered-by: transport`.
   * @default true
   */
  readonly stateless?: boolean | undefined;
}

/** Answers what a stateless function would ignore, and bill. */
export function answerLocally({ stateless = true }: AnswerLocallyOptions): Stage {
  return async (request, next) => (stateless ? localAnswer(request) : undefined) ?? next(request);
}

/**
 * Source: MCP specification 2025-11-25, Streamable HTTP: a client opens a stream of server messages by a GET, and a
 * server that has none answers 405; notifications and responses are answered 202. What names a session, or an event to
 * resume from, is for a server that keeps state.
 */
function localAnswer({ method, headers, message }: OutgoingRequest): Response | undefined {
  if (headers.has('mcp-session-id') || headers.has('last-event-id')) return undefined;
  if (method === 'GET' && headers.get('accept')?.toLowerCase().includes('text/event-stream')) {
    return here(405, { allow: 'POST' });
  }
  return message && !message.isRequest ? here(202) : undefined;
}

function here(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...headers, 'lambda-mcp-answered-by': 'transport' } });
}
