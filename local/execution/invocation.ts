/** One call of the function. */
export interface Invocation {
  /** The event, as JSON text. */
  readonly payload: string;
  readonly requestId: string;
  /** The ARN as it was invoked, with the qualifier if there was one. */
  readonly invokedFunctionArn: string;
  /** Value of `_X_AMZN_TRACE_ID` during the call. */
  readonly traceId?: string;
  /** What the caller of the Invoke API tells beside the event; JSON text. */
  readonly clientContext?: string;
}

/** A response as the runtime sends it: raw, with the prelude still in the body. */
export interface InvocationResponse {
  /**
   * `application/json` for what a plain handler returned. Undefined when a streaming handler named none: Lambda's
   * runtime then says `application/octet-stream`.
   */
  readonly contentType: string | undefined;
  /**
   * The bytes, to be read once. Reading is what lets the function write on; who does not want the rest says so with the
   * iterator's `return()`, and the function runs to its end unheard, as AWS documents of a client that hangs up.
   *
   * @throws {FunctionError} after what was written, when the function failed mid-stream
   */
  readonly body: AsyncIterable<Uint8Array>;
}
