import type { Exchange } from './streaming-handler.ts';

/** The part of an SDK's server that is needed here: both lines have it, with transports of their own. */
interface ServerOf<T> {
  connect(transport: T): Promise<void>;
  close(): Promise<void>;
}

interface StreamableHttpTransport {
  handleRequest(request: Request, options: { readonly parsedBody: unknown }): Promise<Response>;
}

/** What an `McpServer` answers by itself, without a notification before: its answer needs no event stream. */
export const SILENT_METHODS: ReadonlySet<unknown> = new Set(['initialize', 'ping', 'tools/list', 'prompts/list']);

/** Answers one request of the 2025 revisions with a server and a transport that serve no other. */
export async function serveStateless<T>(
  server: ServerOf<T>,
  transport: T & StreamableHttpTransport,
  { request, message, finished }: Exchange,
): Promise<Response> {
  const close = () => server.close().catch((error: unknown) => console.error(error));
  // Closing aborts the signal of a tool that still runs.
  request.signal.addEventListener('abort', close, { once: true });
  finished.then(close);
  await server.connect(transport);
  return transport.handleRequest(request, { parsedBody: message });
}
