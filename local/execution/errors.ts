/** An error as the runtime reports it: the JSON that a caller of the Invoke API gets for its payload. */
export interface ErrorPayload {
  /** The error's name, or `Runtime.…` or `Sandbox.…` where the function could not report it itself. */
  readonly errorType: string;
  readonly errorMessage: string;
  /** Lines of the stack. Absent when the environment died. */
  readonly trace?: readonly string[];
}

/**
 * The function failed: it threw, could not be loaded, exited or timed out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export class FunctionError extends Error implements ErrorPayload {
  override readonly name = 'FunctionError';
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];

  constructor({ errorType, errorMessage, trace }: ErrorPayload) {
    super(errorMessage);
    this.errorType = errorType;
    this.errorMessage = errorMessage;
    if (trace) this.trace = trace;
  }
}

/**
 * Every environment that the function may have is busy.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError';

  constructor(maxConcurrency: number) {
    super(`Rate Exceeded: the function's concurrency is ${maxConcurrency}, and that many calls are running.`);
  }
}

/** An environment ended before it had read the call: nothing ran, and another may take it. */
export class UnreadCallError extends Error {
  override readonly name = 'UnreadCallError';
}
