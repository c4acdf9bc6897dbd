import { toIterable, toStream } from '../wire/body-reader.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { assertNode } from '../wire/node-floor.ts';
import { LOST_MARK } from '../wire/response-stream.ts';
import { writeResponse } from '../wire/write-response.ts';
import { createAnswerer, type Exchange, type Outgoing } from './answer-request.ts';
import type { HostInfo, LambdaHandlerOptions } from './handler-options.ts';
import { standInContext } from './lambda-context.ts';
import { type LambdaHandler, streamifyResponse } from './lambda-handler.ts';
import { logError } from './log-error.ts';
import { answerOtherEvent } from './other-event.ts';
import { readEvents } from './read-event.ts';
import { readRequest } from './read-request.ts';

/** A server, a function from request to response, as a response-streaming Lambda handler with a `fetch` beside it. */
export function createHandler(
  serve: (exchange: Exchange) => Promise<Response>,
  options: LambdaHandlerOptions = {},
): LambdaHandler {
  // A runtime that is too old would fail at the first request, and say nothing of itself.
  if (globalThis.process?.versions?.node) assertNode();
  const { callerIdentity = 'request-id', maxRequestBodySize = MAX_REQUEST_SIZE } = options;
  const answerRequest = createAnswerer(serve, options);
  const readEvent = readEvents(callerIdentity);

  const handler = streamifyResponse(async (event, responseStream, lambda) => {
    // A wrapper that Lambda does not know to stream hands on the context in its place.
    if (typeof responseStream?.write !== 'function') throw new TypeError(LOST_MARK);
    const other = answerOtherEvent(event);
    if (other) return writeResponse(other, responseStream);
    let outgoing: Outgoing | undefined;
    try {
      outgoing = await answerRequest({ lambda, ...readEvent(event, lambda) });
      const { status, headers, body, cut } = outgoing;
      await writeResponse({ status, headers, body: body ? toIterable(body) : null }, responseStream, cut);
    } catch (cause) {
      // A client that was gone before the first byte has left the body unread.
      await outgoing?.body?.cancel(cause);
      logError(cause);
      // What is thrown here Lambda tells the caller, message and stack trace.
      throw new Error('The response was broken off.');
    }
  });

  async function answerFetch(
    request: Request,
    { caller, lambda = standInContext() }: HostInfo = {},
  ): Promise<Response> {
    const { status, headers, body } = await answerRequest({
      lambda,
      signal: request.signal,
      read: (signal) => readRequest(request, maxRequestBodySize, signal),
      identify: () => caller,
    });
    return new Response(body ? toStream(body) : null, { status, headers });
  }

  return Object.assign(handler, { fetch: answerFetch });
}
