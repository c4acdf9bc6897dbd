import type { JsonRpcId } from '../wire/json-rpc.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';

export interface AdmissionRules {
  readonly allowedOrigins: readonly string[];
  /** Bytes. */
  readonly maxRequestBodySize: number;
}

/** The JSON-RPC message of an admitted request, and what the log line and the deadline need to know of it. */
export interface Admission {
  readonly message: unknown;
  /** Undefined for a notification, which nobody waits for. */
  readonly id: JsonRpcId | undefined;
  readonly method: string | undefined;
  readonly tool: string | undefined;
  readonly protocolVersion: string | undefined;
}

/**
 * Lets a request in, or answers it: what a stateless MCP server refuses whatever its tools are.
 *
 * Source: MCP specification, Streamable HTTP transport: `Origin` must be checked; 405 where no GET stream is offered;
 * JSON-RPC batches were removed in 2025-06-18; an id is a string or a number, and never null.
 */
export function admitRequest(request: Request, body: string, rules: AdmissionRules): Admission | Response {
  const origin = request.headers.get('origin');
  if (origin !== null && !rules.allowedOrigins.includes(origin)) {
    return refuse(403, `The origin ${JSON.stringify(origin)} is not allowed.`);
  }
  if (request.method !== 'POST') {
    return refuse(405, `${request.method} is not allowed: this server is stateless and takes POST only.`, {
      allow: 'POST',
    });
  }
  const size = Buffer.byteLength(body);
  if (size > rules.maxRequestBodySize) {
    return refuse(413, `The body has ${size} bytes; the limit is ${rules.maxRequestBodySize}.`);
  }
  return admitMessage(body);
}

function admitMessage(body: string): Admission | Response {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return refuse(400, 'The body is not JSON.', {}, JsonRpcErrorCode.parseError);
  }
  if (Array.isArray(message)) {
    return refuse(400, 'Batches are not supported: send one message a request.', {}, JsonRpcErrorCode.invalidRequest);
  }
  if (typeof message !== 'object' || message === null) {
    return refuse(400, 'The body is not a JSON-RPC message.', {}, JsonRpcErrorCode.invalidRequest);
  }
  const { id = '' } = message as Record<string, unknown>;
  if (typeof id !== 'string' && typeof id !== 'number') {
    return refuse(400, 'The id is neither a string nor a number.', {}, JsonRpcErrorCode.invalidRequest);
  }
  return describe(message as Record<string, unknown>);
}

function describe(message: Record<string, unknown>): Admission {
  const { id, method } = message;
  const params = asRecord(message.params);
  const meta = asRecord(params?._meta);
  return {
    message,
    id: (typeof id === 'string' || typeof id === 'number') && typeof method === 'string' ? id : undefined,
    method: asText(method),
    tool: method === 'tools/call' ? asText(params?.name) : undefined,
    protocolVersion: asText(meta?.['io.modelcontextprotocol/protocolVersion'] ?? params?.protocolVersion),
  };
}

function refuse(
  status: number,
  message: string,
  headers: Record<string, string> = {},
  code: number = JsonRpcErrorCode.serverError,
): Response {
  return errorResponse(status, { code, message }, null, headers);
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
