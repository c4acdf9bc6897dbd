import { asRecord } from '../wire/json.ts';
import type { JsonRpcId } from '../wire/json-rpc.ts';
import type { Exchange } from './answer-request.ts';
import { identityOf } from './auth.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';
import { logError } from './log-error.ts';
import type { ProtocolServer } from './mcp-server.ts';
import type { Session, Sessions, SessionTransport } from './sessions.ts';

interface SessionTransportOptions {
  readonly sessionIdGenerator: () => string;
  readonly onsessioninitialized: (id: string) => void;
  readonly eventStore: never;
  /** Comments are the answerer's. */
  readonly keepAliveMs: number;
}

/**
 * Answers one request of the 2025 revisions within its session, or begins one.
 *
 * Source: MCP specification 2025-11-25, Streamable HTTP, "Session Management": 404 for a session that is over, upon which
 * its client begins a new one.
 */
export async function serveSession(
  exchange: Exchange,
  sessions: Sessions,
  makeServer: () => Promise<ProtocolServer>,
  makeTransport: (options: SessionTransportOptions) => SessionTransport,
): Promise<Response> {
  const { request, message, authInfo, finished } = exchange;
  const { id, method, params } = asRecord(message);
  const sessionId = request.headers.get('mcp-session-id');
  const session = sessionId === null ? undefined : sessions.get(sessionId);
  // AgentCore Runtime adds an id of its own.
  if (!session && method === 'initialize') return begin(exchange, sessions, makeServer, makeTransport);
  const headerMissing = 'Bad Request: the header Mcp-Session-Id is missing. Send initialize first.';
  if (sessionId === null) return errorResponse(400, { code: JsonRpcErrorCode.serverError, message: headerMissing });
  if (session?.owner !== ownerOf(exchange)) return errorResponse(404, SESSION_NOT_FOUND);
  sessions.use(sessionId, finished);
  if (method === 'notifications/cancelled') session.running.delete(asRecord(params).requestId as JsonRpcId);
  else if (method !== undefined && id !== undefined) session.running.add(id as JsonRpcId);
  return session.transport.handleRequest(request, { parsedBody: message, ...(authInfo && { authInfo }) });
}

/** As both SDK lines say it. */
export const SESSION_NOT_FOUND = { code: -32_001, message: 'Session not found' };

async function begin(
  exchange: Exchange,
  sessions: Sessions,
  makeServer: () => Promise<ProtocolServer>,
  makeTransport: (options: SessionTransportOptions) => SessionTransport,
): Promise<Response> {
  const { request, message, authInfo, finished } = exchange;
  const id = sessions.newId();
  if (id === undefined) {
    const full = { code: JsonRpcErrorCode.serverError, message: 'This server has no room for another session.' };
    return errorResponse(503, full, asRecord(message).id as JsonRpcId, { 'retry-after': '60' });
  }
  const server = await makeServer();
  const session = {
    owner: ownerOf(exchange),
    running: new Set<JsonRpcId>(),
    transport: makeTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized() {
        sessions.add(id, session);
        sessions.use(id, finished);
      },
      eventStore: sessions.newEventStore() as never,
      keepAliveMs: 0,
    }),
  };
  const { transport } = session;
  transport.onclose = () => sessions.delete(id);
  answerAlways(session);
  server.onerror ??= logError;
  await server.connect(transport as never);
  const response = await transport.handleRequest(request, { parsedBody: message, ...(authInfo && { authInfo }) });
  if (!sessions.get(id)) await server.close();
  return response;
}

/** Keeps count of what runs, and answers with an error where JSON cannot hold the answer: its client would wait for it. */
function answerAlways({ transport, running }: Session): void {
  const send = transport.send.bind(transport);
  transport.send = async (message, ...options) => {
    if (message.method !== undefined) return send(message, ...options);
    const { id } = message;
    try {
      await send(message, ...options);
    } catch (cause) {
      logError(cause);
      const error = { code: JsonRpcErrorCode.internalError, message: 'Internal error' };
      await send({ jsonrpc: '2.0', id, error } as never, ...options);
    } finally {
      running.delete(id as JsonRpcId);
    }
  };
}

/** The verified caller, and whom they speak for; or who signed in, and the client that they use. */
function ownerOf({ caller, endUser, authInfo }: Exchange): string {
  return JSON.stringify([identityOf(caller, authInfo), endUser]);
}
