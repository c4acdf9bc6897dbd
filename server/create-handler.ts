import { toIterable, toStream } from '../wire/body-reader.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { assertNode } from '../wire/node-floor.ts';
import { LOST_MARK } from '../wire/response-stream.ts';
import { writeResponse } from '../wire/write-response.ts';
import { createAnswerer, type Exchange, type Outgoing } from './answer-request.ts';
import { cameAround, refuseAround } from './came-around.ts';
import { answerForeignEvent } from './foreign-event.ts';
import type { HostInfo, LambdaHandlerOptions } from './handler-options.ts';
import { standInContext } from './lambda-context.ts';
import { type LambdaHandler, streamifyResponse } from './lambda-handler.ts';
import { logError } from './log-error.ts';
import { readEvents } from './read-event.ts';
import { readRequest } from './read-request.ts';
import { type Sessions, WITH_SESSIONS, type WithSessions } from './sessions.ts';

/** A server, a function from request to response, as a response-streaming Lambda handler with a `fetch` beside it. */
export function createHandler(
  serve: (exchange: Exchange) => Promise<Response>,
  options: LambdaHandlerOptions = {},
  { canHaveSessions = false } = {},
): LambdaHandler {
  // A runtime that is too old would fail at the first request, and say nothing of itself.
  if (globalThis.process?.versions?.node) assertNode();
  const { callerIdentity = 'request-id', maxRequestBodySize = MAX_REQUEST_SIZE } = options;
  const answerRequest = createAnswerer(serve, options);
  const readEvent = readEvents(callerIdentity);

  const handler = streamifyResponse(async (event, responseStream, lambda) => {
    // A wrapper that Lambda does not know to stream hands on the context in its place.
    if (typeof responseStream?.write !== 'function') throw new TypeError(LOST_MARK);
    if (answerForeignEvent(event, responseStream)) return;
    endWithTheHandler(lambda);
    let outgoing: Outgoing | undefined;
    try {
      if (cameAround(event)) return await refuseAround(responseStream);
      outgoing = await answerRequest({ lambda, ...readEvent(event, lambda) });
      const { status, headers, body, cutoff } = outgoing;
      await writeResponse({ status, headers, body: body ? toIterable(body) : null }, responseStream, cutoff);
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
    sessions?: Sessions,
  ): Promise<Response> {
    const goElsewhere = sessions?.elsewhere(request.headers);
    if (goElsewhere) return goElsewhere(await readRequest(request, maxRequestBodySize, request.signal));
    const { status, headers, body } = await answerRequest({
      lambda,
      signal: request.signal,
      sessions,
      read: (signal) => readRequest(request, maxRequestBodySize, signal),
      identify: () => caller,
    });
    return new Response(body ? toStream(body) : null, { status, headers });
  }

  const withSessions: WithSessions = (sessions) => (request, info) => answerFetch(request, info, sessions);
  return Object.assign(handler, {
    auth: options.auth,
    fetch: (request: Request, info?: HostInfo) => answerFetch(request, info),
    ...(canHaveSessions && { [WITH_SESSIONS]: withSessions }),
  });
}

/**
 * Keeps a call from lasting as long as anything in the environment is open, such as a pool of connections: before
 * Node.js 24 the runtime waits for that, to the function's time-out, when the answer has long been sent.
 */
export function endWithTheHandler(lambda: object): void {
  const waits = 'callbackWaitsForEmptyEventLoop';
  if (waits in lambda) Reflect.set(lambda, waits, false);
}
