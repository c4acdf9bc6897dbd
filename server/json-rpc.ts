import type { JsonRpcError, JsonRpcId } from '../wire/json-rpc.ts';

/** JSON-RPC 2.0, section 5.1, and the codes that MCP's SDKs use beside them. */
export const JsonRpcErrorCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  internalError: -32603,
  serverError: -32000,
  requestTimeout: -32001,
} as const;

/** A JSON-RPC error as an HTTP response. */
export function errorResponse(
  status: number,
  error: JsonRpcError,
  id: JsonRpcId | null = null,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ jsonrpc: '2.0', id, error }, { status, headers });
}
