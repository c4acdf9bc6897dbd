import type { ScannedMessage } from './json-rpc-scanner.ts';

export type JsonRpcId = string | number;

export interface JsonRpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** How a body is completed that ought to hold the JSON-RPC response to a request. */
export interface CompleteResponseOptions {
  /** The id of the JSON-RPC request that the response answers. */
  readonly id: JsonRpcId;
  /**
   * The error to answer with when the body ends without the request's response.
   *
   * `cause` is what broke the body off; undefined when it ended by itself. Returning undefined lets the body end, or
   * fail, as it did.
   */
  readonly failure: (cause: unknown, stream: { readonly resumable: boolean }) => JsonRpcError | undefined;
  /** Breaks the body off; the abort reason is the failure's cause. */
  readonly cut?: AbortSignal;
  /** Called once, with the request's response as it went by; undefined when there was none. */
  readonly onSettled?: (answer: ScannedMessage | undefined) => void;
}

export function isAnswer(message: ScannedMessage, id: JsonRpcId): boolean {
  return message.complete && message.kind !== 'other' && message.id === id;
}

export function errorMessage(id: JsonRpcId, error: JsonRpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
