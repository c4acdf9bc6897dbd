export type JsonRpcId = string | number;

/** Source: JSON-RPC 2.0, section 5.1, "Error object". */
export interface JsonRpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The text of the response that answers a request with an error. */
export function errorMessage(id: JsonRpcId | null, error: JsonRpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
