import type { Exchange } from './answer-request.ts';
import type { AuthInfo } from './auth.ts';
import { guardTransport, refuseToAsk, type Transport } from './guard-transport.ts';
import { dropLateNotifications } from './late-notifications.ts';
import { logError } from './log-error.ts';
import { type McpServerLike, protocolServer } from './mcp-server.ts';

interface StreamableHttpTransport extends Transport {
  handleRequest(
    request: Request,
    options: { readonly parsedBody: unknown; readonly authInfo?: AuthInfo },
  ): Promise<Response>;
}

/** What an `McpServer` answers by itself, without a notification before: its answer needs no event stream. */
const SILENT_METHODS: ReadonlySet<unknown> = new Set(['initialize', 'ping', 'tools/list', 'prompts/list']);

/** Whether a request to what a factory made can be answered as JSON. A low-level server may do anything for any method. */
export function isSilent(made: object, message: unknown): boolean {
  return protocolServer(made) !== made && isSilentMethod(message);
}

function isSilentMethod(message: unknown): boolean {
  return SILENT_METHODS.has((message as { method?: unknown }).method);
}

/** Answers one request of the 2025 revisions with a server and a transport that serve no other. */
export async function serveStateless(
  made: McpServerLike,
  transport: StreamableHttpTransport,
  exchange: Exchange,
): Promise<Response> {
  const { request, message, finished, authInfo } = exchange;
  const server = protocolServer(made);
  if ((server.getNegotiatedProtocolVersion?.() ?? '') >= '2026') {
    throw new TypeError(
      'The function given to createLambdaHandler returned a server that has served protocol 2026-07-28, and serves no ' +
        'older one since. Make a new one for each request.',
    );
  }
  guardTransport(transport, exchange);
  // What runs no code of the user's asks nobody.
  if (!isSilentMethod(message)) refuseToAsk(server);
  server.onerror ??= logError;
  // Fails when the server serves another request, which must not be closed then.
  // By what was made: the SDK's `McpServer` also has the transport ask for the scopes of a tool.
  await made.connect(transport as never);
  dropLateNotifications(transport, (sink) => server.connect(sink as never));
  const close = () => server.close().catch(logError);
  // Closing aborts the signal of a tool that still runs.
  if (request.signal.aborted) close();
  request.signal.addEventListener('abort', close, { once: true });
  finished.then(close);
  return transport.handleRequest(request, { parsedBody: message, ...(authInfo && { authInfo }) });
}
