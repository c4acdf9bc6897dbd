import { type Answer, answers, describeAnswer } from '../wire/answer.ts';
import { type BodyReader, readBody } from '../wire/body-reader.ts';
import { completeAnswer } from '../wire/complete-answer.ts';
import { type BrokenBody, type CompletedAnswer, nothingSeen } from '../wire/completed-answer.ts';
import { type EventRequest, InvalidEventError } from '../wire/event-to-request.ts';
import type { JsonRpcError } from '../wire/json-rpc.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { type Admission, admitRequest } from './admit-request.ts';
import type { AuthInfo } from './auth.ts';
import type { Caller } from './caller.ts';
import { beforeCutoff, DeadlineExceeded, startCutoff } from './cutoff.ts';
import { type EndUser, readEndUsers } from './end-user.ts';
import { announceEnvironment } from './environment-mark.ts';
import type { LambdaHandlerOptions, McpRequestContext } from './handler-options.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';
import { isKeptAlive, keepAlive, takesComments, withComments } from './keep-alive.ts';
import type { LambdaContext } from './lambda-context.ts';
import { logError } from './log-error.ts';
import { writeLogLine } from './log-line.ts';
import type { Sessions } from './sessions.ts';
import { type EndSpan, inSpan } from './span.ts';
import { startRecord } from './start-record.ts';
import { watchBody } from './watch-body.ts';

/** A request on its way to the server, with all that is known of it. */
export interface Exchange extends McpRequestContext {
  /** The body, parsed; undefined for a GET or DELETE of a session. */
  readonly message: unknown;
  /** Where the host keeps sessions. */
  readonly sessions?: Sessions | undefined;
  /** Settles once the response's body has been read, or left. */
  readonly finished: Promise<void>;
  /** Ends the exchange with an error: the server cannot answer. */
  fail(cause: unknown): void;
  /** Says what the server has sent to its client: whoever looks for the answer need not read it out of the body. */
  sent(message: unknown): void;
}

/** A request as a host has it. */
export interface Incoming {
  readonly lambda: LambdaContext;
  /** Aborts when its client leaves. */
  readonly signal?: AbortSignal;
  readonly sessions?: Sessions | undefined;
  /** @throws {InvalidEventError} when it is no HTTP request */
  read(signal: AbortSignal): EventRequest | Promise<EventRequest>;
  /** Who sent it, once it has been read. */
  identify(): Caller | undefined;
  /** Whether the host vouches for the request's URL; asked once it has been read. */
  isOwnUrl?(): boolean;
  /** What an authorizer in front said of them. */
  authorizer?(): McpRequestContext['authorizer'];
}

/** What goes out. Whoever takes it reads the body to its end, or cancels it. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Headers;
  readonly body: BodyReader | undefined;
  /** Fires when the time for it is up. */
  readonly cutoff: AbortSignal;
}

/** Carries a server, a function from request to response, to any host: what is the same for all of them. */
export function createAnswerer(
  serve: (exchange: Exchange) => Promise<Response>,
  {
    allowedOrigins = [],
    maxRequestBodySize = MAX_REQUEST_SIZE,
    deadlineMargin = 500,
    keepAliveInterval = 15_000,
    dereference = false,
    logger,
    delegates,
    auth,
  }: LambdaHandlerOptions,
): (incoming: Incoming) => Promise<Outgoing> {
  const rules = { allowedOrigins, maxRequestBodySize };
  const log = logger ?? writeLogLine;
  if (!logger) announceEnvironment();
  const endUserOf = readEndUsers(delegates);

  return async (incoming) => {
    const { lambda, signal: client, sessions, read, identify, authorizer: authorize } = incoming;
    const isOwnUrl = () => incoming.isOwnUrl?.() ?? false;
    const record = startRecord(lambda);
    const { signal: cutoff, stop: fail, clear } = startCutoff(lambda, deadlineMargin, client);
    const toError = createErrors();
    let endSpan: EndSpan | undefined;
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const responded = await respond();
    const { caller, authInfo, endUser, bytesIn, admission, isStream = false, status, body, seen } = responded;
    const end = (bytesOut: number, complete: boolean) => {
      clear();
      finish();
      const isLate = cutoff.reason instanceof DeadlineExceeded;
      try {
        const call = {
          caller,
          authInfo,
          ...endUser,
          bytesIn,
          admission,
          status,
          answer: seen.answer,
          bytesOut,
          // A session's stream ends when its client leaves.
          complete: complete || isStream,
          isLate,
        };
        const recorded = record(call);
        endSpan?.(recorded);
        log(recorded);
      } catch (error) {
        // A logger that fails must not take the answer with it.
        logError(error);
      }
    };
    if (!body) end(0, true);
    // Tells a caller that one bit of how the server sees them, so that a missing proof of identity can be diagnosed.
    const headers = new Headers(responded.headers);
    headers.set('lambda-mcp-caller', caller ? 'verified' : 'unverified');
    headers.delete('content-length');
    return { status, headers, cutoff, body: body && watchBody(body, end) };

    async function respond(): Promise<Responded> {
      let asked: EventRequest;
      try {
        asked = await read(cutoff);
      } catch (error) {
        if (!(error instanceof InvalidEventError)) logError(error);
        const message = error instanceof InvalidEventError ? error.message : 'The request cannot be read.';
        return pass(errorResponse(400, { code: JsonRpcErrorCode.invalidRequest, message }), { bytesIn: 0 });
      }
      const { request, text, size } = asked;
      const caller = identify();
      const endUser = endUserOf(request, caller);
      const unsigned = { caller, endUser, bytesIn: size };
      const document = auth?.describe(request, isOwnUrl());
      if (document) return pass(document, unsigned);
      const authInfo = await auth?.authenticate(request, isOwnUrl());
      if (authInfo instanceof Response) return pass(authInfo, unsigned);
      const known = { ...unsigned, authInfo };
      const admission = admitRequest(request, text, size, sessions ? { ...rules, sessions: true } : rules);
      if (admission instanceof Response) return pass(admission, known);
      const { id, message } = admission;
      const refusal = authInfo && auth?.refuse(message, authInfo);
      if (refusal) return pass(refusal, { ...known, admission });
      let answer: Answer | undefined;
      const sent = (said: unknown) => {
        if (id !== undefined && answers(said, id)) answer = describeAnswer(said);
      };
      const exchange = {
        ...{ caller, authInfo, endUser: endUser.endUser, authorizer: authorize?.(), request, lambda, message },
        ...{ sessions, finished, fail, sent },
      };
      const serving = inSpan(admission, lambda.awsRequestId, (end) => {
        endSpan = end;
        const response = serve(exchange).then(assertResponse);
        return dereference && admission.method === 'tools/list' ? response.then(dereferenceTools) : response;
      });
      const isSilenceBroken = id !== undefined && isKeptAlive(request, admission, keepAliveInterval);
      const served = await beforeCutoff(
        cutoff,
        isSilenceBroken ? keepAlive(serving, id, keepAliveInterval) : serving,
      ).catch((cause) => errorResponse(cutoff.aborted ? 200 : 500, toError(cause), id));
      if (id === undefined) {
        const passed = pass(served, { ...known, admission }, cutoff);
        const { headers, body } = passed;
        // The stream of a session is silent for as long as its server has nothing to say.
        if (request.method !== 'GET' || !body || !takesComments(headers)) return passed;
        return { ...passed, isStream: true, body: withComments(body, keepAliveInterval) };
      }
      // A session's stream that its server ended is whole: its client takes it up again.
      const failure = (cause: unknown, { resumable }: BrokenBody) =>
        sessions && resumable && cause === undefined ? undefined : toError(cause);
      const completed = completeAnswer(served, { id, failure, cutoff, encoded: true, known: () => answer });
      const { headers, body } = completed;
      const commented =
        isSilenceBroken && body && takesComments(headers) ? withComments(body, keepAliveInterval) : body;
      return { ...known, admission, ...completed, body: commented };
    }
  };
}

/** What is known of a request, and the response to it. */
interface Responded extends CompletedAnswer {
  readonly caller?: Caller | undefined;
  readonly authInfo?: AuthInfo | undefined;
  readonly endUser?: EndUser;
  readonly bytesIn: number;
  readonly admission?: Admission;
  /** Whether it is the stream of a session, which has no end of its own. */
  readonly isStream?: boolean;
}

/** A response that is passed on as it is. */
function pass(
  { status, headers, body }: Response,
  known: Pick<Responded, 'caller' | 'authInfo' | 'endUser' | 'bytesIn' | 'admission'>,
  cutoff?: AbortSignal,
): Responded {
  return { ...known, status, headers, body: body ? readBody(body, cutoff) : undefined, seen: nothingSeen() };
}

/**
 * Makes the error a caller sees. What really happened goes to the function's log, once: it may hold what they must not
 * see.
 */
function createErrors(): (cause: unknown) => JsonRpcError {
  let logged: unknown;
  return (cause) => {
    if (cause instanceof DeadlineExceeded) return { code: JsonRpcErrorCode.requestTimeout, message: cause.message };
    const error = cause ?? new Error('The server ended its response without answering the request.');
    if (error !== logged) logError(error);
    logged = error;
    return { code: JsonRpcErrorCode.internalError, message: 'Internal error' };
  };
}

/** Loaded by those who ask for it. */
async function dereferenceTools(response: Response): Promise<Response> {
  return (await import('./dereference-tools.ts')).dereferenceTools(response);
}

/** By shape: it may come from another copy of undici. */
function assertResponse(response: Response): Response {
  if (typeof response?.status === 'number' && response.status >= 200 && !response.bodyUsed) return response;
  throw new TypeError('The server gave no response that could be sent.');
}
