import type { Answer as JsonRpcAnswer } from '../wire/answer.ts';
import { type BodyReader, readBody, toIterable } from '../wire/body-reader.ts';
import { type CallRecord, outcomeOf } from '../wire/call-record.ts';
import { completeAnswer } from '../wire/complete-answer.ts';
import type { FunctionUrlEvent } from '../wire/event.ts';
import { eventBodyText, eventToRequest, InvalidEventError } from '../wire/event-to-request.ts';
import type { JsonRpcError } from '../wire/json-rpc.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { type WritableResponse, type WrittenBody, writeResponse } from '../wire/write-response.ts';
import { type Admission, admitRequest } from './admit-request.ts';
import { type Caller, identifyCaller } from './caller.ts';
import { beforeDeadline, type Deadline, DeadlineExceeded, startDeadline } from './deadline.ts';
import type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';
import type { LambdaContext } from './lambda-context.ts';
import { writeLogLine } from './log-line.ts';
import { type LambdaStreamHandler, streamifyResponse } from './streamify-response.ts';

/** A request on its way to the server. */
export interface Exchange extends McpRequestContext {
  /** The body, parsed. */
  readonly message: unknown;
  /** Settles once the response has been written, or the time for it is up. */
  readonly finished: Promise<void>;
}

/** What became of an event. */
interface Answer {
  readonly response: WritableResponse;
  readonly caller?: Caller | undefined;
  readonly request?: Request;
  readonly admission?: Admission;
  /** The JSON-RPC response as it went by; known once the body has been read. */
  readonly answered?: () => JsonRpcAnswer | 'unknown' | undefined;
}

/** Carries a server, a function from request to response, into a response-streaming Lambda handler. */
export function createStreamingHandler(
  serve: (exchange: Exchange) => Promise<Response>,
  options: LambdaHandlerOptions = {},
): LambdaStreamHandler {
  const {
    allowedOrigins = [],
    maxRequestBodySize = MAX_REQUEST_SIZE,
    callerIdentity = 'request-id',
    deadlineMargin = 500,
    logger = writeLogLine,
  } = options;

  async function answerEvent(
    event: FunctionUrlEvent,
    lambda: LambdaContext,
    deadline: Deadline,
    finished: Promise<void>,
  ): Promise<Answer> {
    const request = readRequest(event, deadline.signal);
    if (request instanceof Response) return { response: request };
    const caller = identifyCaller(event, lambda.awsRequestId, callerIdentity);
    const admission = admitRequest(request, eventBodyText(event), { allowedOrigins, maxRequestBodySize });
    if (admission instanceof Response) return { response: admission, caller, request };

    const { id = null, message } = admission;
    const served = await beforeDeadline(
      deadline,
      serve({ caller, request, lambda, message, finished })
        .then(assertResponse)
        .catch((cause) => errorResponse(500, failure(cause), id)),
      () => errorResponse(200, failure(deadline.signal.reason), id),
    );
    if (id === null) {
      const body = served.body && readBody(served.body, deadline.signal);
      return { response: withBody(served, body), caller, request, admission };
    }
    const completed = completeAnswer(served, { id, failure, cut: deadline.signal, encoded: true });
    return { response: withBody(completed, completed.body), caller, request, admission, answered: completed.answer };
  }

  return streamifyResponse(async (event, responseStream, lambda) => {
    const started = performance.now();
    const deadline = startDeadline(lambda, deadlineMargin);
    const finished = Promise.withResolvers<void>();
    try {
      const answer = await answerEvent(event, lambda, deadline, finished.promise);
      await writeResponse(answer.response, responseStream, {
        headers: callerHeader(answer),
        cut: deadline.signal,
        onWritten(written) {
          const duration = performance.now() - started;
          report(() => logger(toRecord(event, lambda, answer, written, deadline.signal.aborted, duration)));
        },
      });
    } catch (cause) {
      console.error(cause);
      // What is thrown here Lambda tells the caller, message and stack trace.
      throw new Error('The response was broken off.');
    } finally {
      deadline.clear();
      finished.resolve();
    }
  });
}

/** Tells a caller that one bit of how the server sees him, so that a missing proof of identity can be diagnosed. */
function callerHeader({ caller }: Answer): Record<string, string> {
  return { 'lambda-mcp-caller': caller ? 'verified' : 'unverified' };
}

/** Another body, or none, under the same head: a new Response would copy it all. */
function withBody(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body: BodyReader | null | undefined,
): WritableResponse {
  return { status, headers, body: body ? toIterable(body) : null };
}

function readRequest(event: FunctionUrlEvent, signal: AbortSignal): Request | Response {
  try {
    return eventToRequest(event, signal);
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    return errorResponse(400, { code: JsonRpcErrorCode.invalidRequest, message: error.message });
  }
}

/** The error a caller sees. What really happened goes to the function's log: it may hold what he must not see. */
function failure(cause: unknown): JsonRpcError {
  if (cause instanceof DeadlineExceeded) return { code: JsonRpcErrorCode.requestTimeout, message: cause.message };
  console.error(cause ?? new Error('The server ended its response without answering the request.'));
  return { code: JsonRpcErrorCode.internalError, message: 'Internal error' };
}

function toRecord(
  event: FunctionUrlEvent,
  lambda: LambdaContext,
  { response, caller, request, admission, answered }: Answer,
  written: WrittenBody,
  timeIsUp: boolean,
  duration: number,
): CallRecord {
  const answer = answered?.();
  const isRequest = admission?.id !== undefined;
  const late = timeIsUp && (isRequest ? !answer : !written.complete);
  return {
    requestId: lambda.awsRequestId,
    functionName: lambda.functionName,
    method: admission?.method,
    tool: admission?.tool,
    caller: caller?.arn ?? 'unverified',
    status: response.status,
    ...(late
      ? { outcome: 'timeout', errorCode: JsonRpcErrorCode.requestTimeout }
      : outcomeOf(response.status, answer, isRequest || !written.complete)),
    duration: Math.round(duration * 1000) / 1000,
    bytesIn: request ? Buffer.byteLength(eventBodyText(event)) : 0,
    bytesOut: written.bytes,
    traceId: /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1],
    protocolVersion: request?.headers.get('mcp-protocol-version') ?? admission?.protocolVersion,
  };
}

/** A logger that fails must not take the answer with it. */
function report(log: () => void): void {
  try {
    log();
  } catch (error) {
    console.error(error);
  }
}

/** By shape: it may come from another copy of undici. */
function assertResponse(response: Response): Response {
  if (typeof response?.status === 'number' && response.status >= 200 && !response.bodyUsed) return response;
  throw new TypeError('The server gave no response that could be sent.');
}
