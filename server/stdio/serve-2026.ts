import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { asRecord } from '../../wire/json.ts';
import type { JsonRpcError } from '../../wire/json-rpc.ts';
import type { Exchange } from '../answer-request.ts';
import { JsonRpcErrorCode } from '../json-rpc.ts';
import { logError } from '../log-error.ts';
import { forward } from './forward.ts';
import type { Notification } from './messages.ts';
import { withoutChanges } from './server-description.ts';
import type { Child } from './start-child.ts';

/** It would check what a client answers to questions, which are never asked; making one takes longer than a call. */
const NO_VALIDATOR = {
  getValidator() {
    throw new Error('No schema is checked here.');
  },
};

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/**
 * Answers a request of protocol 2026-07-28: the SDK checks it, and answers `server/discover` from what the process said
 * to `initialize`; all else the process answers, as it would one of its own revision.
 */
export async function serve2026(exchange: Exchange, child: Child): Promise<Response> {
  const { request, message } = exchange;
  const known = await child.initialized;
  const server = new Server(known.serverInfo, {
    capabilities: withoutChanges(known.capabilities),
    jsonSchemaValidator: NO_VALIDATOR,
    ...(known.instructions !== undefined && { instructions: known.instructions }),
  });
  server.onerror = logError;
  let isUnknownMethod = false;
  const least = LEVELS.indexOf(logLevel(message));
  server.fallbackRequestHandler = async ({ method, params }, { mcpReq }) => {
    const notify = (notification: Notification) => {
      if (notification.method === 'notifications/message' && !isLogged(notification, least)) return;
      mcpReq.notify(notification as Parameters<typeof mcpReq.notify>[0]).catch(logError);
    };
    const answered = await forward(exchange, child, { method, ...(params && { params }) }, notify);
    if ('error' in answered) {
      isUnknownMethod = answered.error.code === JsonRpcErrorCode.methodNotFound;
      throw toError(answered.error);
    }
    return answered.result as Record<string, unknown>;
  };
  const { fetch } = createMcpHandler(() => server, { legacy: 'reject', onerror: logError });
  const response = await fetch(request, { parsedBody: message });
  // As the SDK answers a method that its own server does not know.
  return isUnknownMethod && response.headers.get('content-type')?.startsWith('application/json')
    ? new Response(response.body, { status: 404, headers: response.headers })
    : response;
}

/** What the SDK answers with that error. */
function toError({ code, message, data }: JsonRpcError): Error {
  return Object.assign(new Error(message), { code, ...(data !== undefined && { data }) });
}

/** The level from which on a client asks for log messages; it gets none unless it asks. */
function logLevel(message: unknown): string {
  const meta = asRecord(asRecord(asRecord(message).params)._meta);
  return String(meta['io.modelcontextprotocol/logLevel']);
}

function isLogged({ params }: Notification, least: number): boolean {
  return least >= 0 && LEVELS.indexOf(String(params?.level)) >= least;
}
