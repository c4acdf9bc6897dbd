import type { Answer } from '../wire/answer.ts';
import { type BodyReader, readBody, toIterable, toStream } from '../wire/body-reader.ts';
import { type CallRecord, outcomeOf } from '../wire/call-record.ts';
import { completeAnswer } from '../wire/complete-answer.ts';
import { eventToRequest, InvalidEventError } from '../wire/event-to-request.ts';
import type { JsonRpcError } from '../wire/json-rpc.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { type WrittenBody, writeResponse } from '../wire/write-response.ts';
import { type Admission, admitRequest } from './admit-request.ts';
import { type Caller, identifyCaller } from './caller.ts';
import { beforeCutoff, type Cutoff, DeadlineExceeded, startCutoff } from './cutoff.ts';
import type { HostInfo, LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';
import { type LambdaContext, standInContext } from './lambda-context.ts';
import { type LambdaHandler, streamifyResponse } from './lambda-handler.ts';
import { logError } from './log-error.ts';
import { writeLogLine } from './log-line.ts';
import { readText } from './read-text.ts';

/** A request on its way to the server, with all that is known of it. */
export interface Exchange extends McpRequestContext {
  /** The body, parsed. */
  readonly message: unknown;
  /** Settles once the response has been written, or the time for it is up. */
  readonly finished: Promise<void>;
  /** Ends the exchange with an error: the server cannot answer. */
  fail(cause: unknown): void;
}

/** A request as a host hands it over, read once. */
interface Incoming {
  readonly request: Request;
  readonly text: string;
  /** Of the body, in bytes. */
  readonly size: number;
  readonly caller: Caller | undefined;
  readonly lambda: LambdaContext;
  readonly cutoff: Cutoff;
  readonly finished: Promise<void>;
}

/** What became of a request. */
interface Outgoing {
  readonly status: number;
  readonly headers: Headers;
  readonly body: BodyReader | undefined;
  readonly admission?: Admission;
  /** The JSON-RPC response, as far as the body has been read. */
  answer(): Answer | 'unknown' | undefined;
}

/** Carries a server, a function from request to response, into a response-streaming Lambda handler. */
export function createHandler(
  serve: (exchange: Exchange) => Promise<Response>,
  options: LambdaHandlerOptions = {},
): LambdaHandler {
  const {
    allowedOrigins = [],
    maxRequestBodySize = MAX_REQUEST_SIZE,
    callerIdentity = 'request-id',
    deadlineMargin = 500,
    logger = writeLogLine,
  } = options;
  const rules = { allowedOrigins, maxRequestBodySize };

  async function answerRequest(incoming: Incoming): Promise<Outgoing> {
    const { request, text, size, caller, lambda, cutoff, finished } = incoming;
    const admission = admitRequest(request, text, size, rules);
    if (admission instanceof Response) return toOutgoing(admission, undefined);
    const { id, message } = admission;
    const { signal } = cutoff;
    const served = await beforeCutoff(
      signal,
      serve({ caller, request, lambda, message, finished, fail: cutoff.cut })
        .then(assertResponse)
        .catch((cause) => errorResponse(500, toError(cause), id)),
      () => errorResponse(200, toError(signal.reason), id),
    );
    if (id === undefined) return { ...toOutgoing(served, signal), admission };
    return { ...completeAnswer(served, { id, failure: toError, cut: signal, encoded: true }), admission };
  }

  const handler = streamifyResponse(async (event, responseStream, lambda) => {
    const record = startRecord(lambda);
    const cutoff = startCutoff(lambda, deadlineMargin);
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    let caller: Caller | undefined;
    let size = 0;
    let outgoing: Outgoing;
    try {
      try {
        const read = eventToRequest(event, cutoff.signal);
        caller = identifyCaller(event, lambda.awsRequestId, callerIdentity);
        size = read.size;
        outgoing = await answerRequest({ ...read, caller, lambda, cutoff, finished });
      } catch (error) {
        if (!(error instanceof InvalidEventError)) throw error;
        const refusal = { code: JsonRpcErrorCode.invalidRequest, message: error.message };
        outgoing = toOutgoing(errorResponse(400, refusal), undefined);
      }
      const { status, headers, body } = outgoing;
      await writeResponse({ status, headers, body: body ? toIterable(body) : null }, responseStream, {
        headers: callerHeader(caller),
        cut: cutoff.signal,
        onWritten: (written) => report(() => logger(record(outgoing, caller, size, written, cutoff.signal))),
      });
    } catch (cause) {
      logError(cause);
      // What is thrown here Lambda tells the caller, message and stack trace.
      throw new Error('The response was broken off.');
    } finally {
      cutoff.clear();
      finish();
    }
  });

  async function answerFetch(given: Request, { caller, lambda = standInContext() }: HostInfo = {}): Promise<Response> {
    const record = startRecord(lambda);
    const cutoff = startCutoff(lambda, deadlineMargin);
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const leave = () => cutoff.cut(given.signal.reason);
    if (given.signal.aborted) leave();
    else given.signal.addEventListener('abort', leave, { once: true });
    const { text, size } = await readText(given.clone(), maxRequestBodySize);
    const request = new Request(given, { signal: cutoff.signal });
    const outgoing = await answerRequest({ request, text, size, caller, lambda, cutoff, finished });
    const end = (written: WrittenBody) => {
      report(() => logger(record(outgoing, caller, size, written, cutoff.signal)));
      cutoff.clear();
      given.signal.removeEventListener('abort', leave);
      finish();
    };
    const headers = new Headers(outgoing.headers);
    for (const [name, value] of Object.entries(callerHeader(caller))) headers.set(name, value);
    headers.delete('content-length');
    const body = outgoing.body && watched(outgoing.body, end);
    if (!body) end({ bytes: 0, complete: true });
    return new Response(body ? toStream(body) : null, { status: outgoing.status, headers });
  }

  return Object.assign(handler, { fetch: answerFetch });
}

/** Begins a call's record: what the process knows of this invocation now, it may know of another one later. */
function startRecord(lambda: LambdaContext) {
  const started = performance.now();
  const trace = lambda.xRayTraceId ?? process.env._X_AMZN_TRACE_ID ?? '';
  return (
    { status, admission, answer }: Outgoing,
    caller: Caller | undefined,
    bytesIn: number,
    written: WrittenBody,
    { reason }: AbortSignal,
  ): CallRecord => {
    const isRequest = admission?.id !== undefined;
    const answered = answer();
    const isLate = reason instanceof DeadlineExceeded && (isRequest ? !answered : !written.complete);
    return {
      requestId: lambda.awsRequestId,
      functionName: lambda.functionName,
      method: admission?.method,
      tool: admission?.tool,
      caller: caller?.arn ?? 'unverified',
      status,
      ...(isLate
        ? { outcome: 'timeout', errorCode: JsonRpcErrorCode.requestTimeout }
        : outcomeOf(status, answered, isRequest || !written.complete)),
      duration: Math.round((performance.now() - started) * 1000) / 1000,
      bytesIn,
      bytesOut: written.bytes,
      traceId: /Root=([^;]+)/.exec(trace)?.[1],
      tenantId: lambda.tenantId,
      protocolVersion: admission?.protocolVersion,
    };
  };
}

/** Tells a caller that one bit of how the server sees them, so that a missing proof of identity can be diagnosed. */
function callerHeader(caller: Caller | undefined): Record<string, string> {
  return { 'lambda-mcp-caller': caller ? 'verified' : 'unverified' };
}

/** A response that is passed on as it is. */
function toOutgoing({ status, headers, body }: Response, cut: AbortSignal | undefined): Outgoing {
  return { status, headers, body: body ? readBody(body, cut) : undefined, answer: () => undefined };
}

/** The same body; `end` learns how it went, once. */
function watched(body: BodyReader, end: (written: WrittenBody) => void): BodyReader {
  let bytes = 0;
  let tell: typeof end | undefined = end;
  const ended = (complete: boolean) => {
    tell?.({ bytes, complete });
    tell = undefined;
  };
  return {
    async read() {
      try {
        const chunk = await body.read();
        if (chunk) bytes += chunk.byteLength;
        else ended(true);
        return chunk;
      } catch (error) {
        ended(false);
        throw error;
      }
    },
    async cancel(reason) {
      ended(false);
      await body.cancel(reason);
    },
  };
}

/** The error a caller sees. What really happened goes to the function's log: it may hold what they must not see. */
function toError(cause: unknown): JsonRpcError {
  if (cause instanceof DeadlineExceeded) return { code: JsonRpcErrorCode.requestTimeout, message: cause.message };
  logError(cause ?? new Error('The server ended its response without answering the request.'));
  return { code: JsonRpcErrorCode.internalError, message: 'Internal error' };
}

/** A logger that fails must not take the answer with it. */
function report(log: () => void): void {
  try {
    log();
  } catch (error) {
    logError(error);
  }
}

/** By shape: it may come from another copy of undici. */
function assertResponse(response: Response): Response {
  if (typeof response?.status === 'number' && response.status >= 200 && !response.bodyUsed) return response;
  throw new TypeError('The server gave no response that could be sent.');
}
