import type { Exchange } from '../answer-request.ts';
import { errorResponse, JsonRpcErrorCode } from '../json-rpc.ts';
import { logError } from '../log-error.ts';
import { ChildFailure } from './child-requests.ts';
import { forward } from './forward.ts';
import type { Answered, Notification } from './messages.ts';
import { describeTo } from './server-description.ts';
import type { Child } from './start-child.ts';

/** Answers a request of the 2025 revisions, with what the process says as it says it. */
export async function serve2025(exchange: Exchange, child: Child): Promise<Response> {
  const { message } = exchange;
  const { id, method, params } = message as { id: string | number; method: string; params?: object };
  const known = await child.initialized;
  if (method === 'initialize') return Response.json({ jsonrpc: '2.0', id, result: describeTo(known, params) });

  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const { promise: streamed, resolve: beginStream } = Promise.withResolvers<Response>();
  function notify(notification: Notification): void {
    if (!stream) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          stream = controller;
        },
      });
      beginStream(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    }
    write({ jsonrpc: '2.0', ...notification });
  }
  function write(event: object): void {
    try {
      stream?.enqueue(encoder.encode(`event: message\ndata: ${JSON.stringify(event)}\n\n`));
    } catch {
      // Its client has left.
    }
  }
  function close(): void {
    try {
      stream?.close();
    } catch {
      // Its client has left.
    }
  }

  const answered = forward(exchange, child, { method, ...(params && { params }) }, notify).then(
    (answer: Answered) => {
      const response = { jsonrpc: '2.0', id, ...answer };
      if (!stream) return Response.json(response);
      write(response);
      return close();
    },
    (cause: unknown) => {
      // Else it was taken back, and nobody waits.
      if (!(cause instanceof ChildFailure)) return close();
      logError(cause);
      const error = { code: JsonRpcErrorCode.internalError, message: cause.message };
      if (!stream) return errorResponse(200, error, id);
      write({ jsonrpc: '2.0', id, error });
      return close();
    },
  );
  const first = await Promise.race([streamed, answered]);
  return first ?? streamed;
}

const encoder = new TextEncoder();
