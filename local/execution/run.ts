import type { IncomingMessage } from 'node:http';
import { FunctionError } from './errors.ts';
import type { Invocation, InvocationResponse } from './invocation.ts';
import { createResponseBody, type ResponseBody } from './response-body.ts';
import { errorInTrailers, type GiveCall } from './runtime-api.ts';

/** A call in an environment. */
export interface Run {
  readonly invocation: Invocation;
  readonly response: PromiseWithResolvers<InvocationResponse>;
  /** Resolves when the runtime has sent all that it will. */
  readonly answered: PromiseWithResolvers<void>;
  isAnswered: boolean;
  /** Whether the runtime has it. */
  given: boolean;
  /** Resolves when the connection that it was given on has closed. */
  handedOver?: ReturnType<GiveCall>;
  body?: ResponseBody;
  /** While a response arrives: resolves when it has ended or was broken off. */
  receiving?: Promise<ResponseEnd>;
  /** Since when its time counts: undefined while the module is being loaded. */
  startedAt?: number;
  /** Milliseconds since the epoch. */
  deadline?: number;
  timer?: NodeJS.Timeout;
}

/** How a response ended: broken off, or complete, which may be with an error. */
export interface ResponseEnd {
  readonly complete: boolean;
  readonly error?: FunctionError | undefined;
}

export function createRun(invocation: Invocation): Run {
  return {
    invocation,
    response: Promise.withResolvers(),
    answered: Promise.withResolvers(),
    isAnswered: false,
    given: false,
  };
}

/** Hands a response on as it arrives, no faster than it is read. */
export function receiveResponse(run: Run, response: IncomingMessage): Promise<ResponseEnd> {
  const body = createResponseBody(() => response.resume());
  run.body = body;
  const started = () => run.response.resolve({ contentType: response.headers['content-type'], body: body.body });
  const received = new Promise<ResponseEnd>((resolve) => {
    response.on('data', (chunk: Uint8Array) => {
      response.pause();
      body.push(chunk);
      started();
    });
    response.on('end', () => {
      const error = errorInTrailers(response);
      if (!error) started();
      resolve({ complete: true, error });
    });
    response.on('close', () => resolve({ complete: false }));
  });
  run.receiving = received;
  return received;
}

/** Ends the response in whatever state it is: whichever of the two has happened already stays as it is. */
export function endRun(run: Run, error: FunctionError | undefined): void {
  run.isAnswered = true;
  if (error) run.response.reject(error);
  run.body?.end(error);
}

/** Of a response that its handler broke off, and lived on. */
export function truncated(run: Run): FunctionError | undefined {
  if (run.isAnswered) return undefined;
  return new FunctionError({
    errorType: 'Runtime.TruncatedResponse',
    errorMessage: 'The response stream was destroyed before its end.',
  });
}
