import type { Answer } from './answer.ts';

/**
 * How a JSON-RPC message fared.
 *
 * - `ok`: a result, or a notification that was taken
 * - `tool_error`: a result with `isError`: the tool itself failed
 * - `input_required`: a result that asks the client for input (protocol 2026-07-28)
 * - `error`: a JSON-RPC error
 * - `unknown`: an answer that could not be looked into: longer than 1 MiB, or encoded
 * - `timeout`: the tool was still running when the function's time was up
 * - `rejected`: refused before it reached the server
 */
export type CallOutcome = 'ok' | 'tool_error' | 'input_required' | 'error' | 'unknown' | 'timeout' | 'rejected';

/**
 * One JSON-RPC message, as the function's log keeps it: who called which tool, and how it went. It never holds
 * arguments, results or headers.
 */
export interface CallRecord {
  /** The invocation's request id, which CloudTrail's data event carries too. */
  readonly requestId: string;
  /** JSON-RPC method; undefined when the body held none. */
  readonly method: string | undefined;
  /** The tool's name, for `tools/call`. */
  readonly tool: string | undefined;
  /** The caller's ARN, or `unverified` when AWS vouches for none. */
  readonly caller: string;
  /** The user that a verified token names; option `auth`. */
  readonly tokenUser?: string | undefined;
  /** The OAuth client that it was issued to. */
  readonly tokenClient?: string | undefined;
  /** Whom a delegate called for, in its words; option `delegates`. */
  readonly endUser?: string | undefined;
  /** Set where a caller who is no delegate named an end user. */
  readonly endUserIgnored?: true | undefined;
  /** How it went. */
  readonly outcome: CallOutcome;
  /** The JSON-RPC error code, where there was an error. */
  readonly errorCode: number | undefined;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Size of the request's body; bytes. */
  readonly bytesIn: number;
  /** Size of the response's body; bytes. */
  readonly bytesOut: number;
  /**
   * The trace that the caller says the request belongs to, by W3C's `traceparent` in `_meta` or in a header, 32 hexadecimal
   * digits; else the root of Lambda's own X-Ray trace, `1-…`.
   */
  readonly traceId: string | undefined;
  /** The span of that trace in which the request was sent; 16 hexadecimal digits. */
  readonly spanId: string | undefined;
  /** The tenant that the function was invoked for, where it isolates tenants. */
  readonly tenantId: string | undefined;
  /** MCP protocol revision, as the client stated it. */
  readonly protocolVersion: string | undefined;
  /** The function's name, without version or alias. */
  readonly functionName: string;
}

/** The outcome that a response, seen from outside, stands for. */
export function outcomeOf(
  status: number,
  answer: Answer | 'unknown' | undefined,
  isRequest: boolean,
): Pick<CallRecord, 'outcome' | 'errorCode'> {
  if (answer === 'unknown' && status < 400) return { outcome: 'unknown', errorCode: undefined };
  if (answer === 'unknown') return { outcome: status < 500 ? 'rejected' : 'error', errorCode: undefined };
  if (answer?.kind === 'error') {
    return { outcome: status >= 400 && status < 500 ? 'rejected' : 'error', errorCode: answer.errorCode };
  }
  if (answer?.isError) return { outcome: 'tool_error', errorCode: undefined };
  if (answer?.resultType === 'input_required') return { outcome: 'input_required', errorCode: undefined };
  if (status >= 400) return { outcome: status < 500 ? 'rejected' : 'error', errorCode: undefined };
  return { outcome: answer || !isRequest ? 'ok' : 'error', errorCode: undefined };
}
