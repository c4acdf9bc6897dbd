import { asRecord, isRecord } from '../wire/json.ts';
import type { JsonRpcId } from '../wire/json-rpc.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';
import { bounded } from './log-text.ts';
import { readTraceCarrier, type TraceCarrier } from './trace-context.ts';

export interface AdmissionRules {
  readonly allowedOrigins: readonly string[];
  /** Bytes. */
  readonly maxRequestBodySize: number;
  /** Whether there are sessions, which have a stream to GET and are ended by DELETE. */
  readonly sessions?: boolean;
}

/** The JSON-RPC message of an admitted request, and what the log line and the deadline need to know of it. */
export interface Admission {
  readonly message: unknown;
  /** Undefined for a notification, which nobody waits for. */
  readonly id: JsonRpcId | undefined;
  /** This and all below for the log: cut to what it may hold. */
  readonly method: string | undefined;
  readonly tool: string | undefined;
  readonly protocolVersion: string | undefined;
  readonly trace: TraceCarrier | undefined;
}

/**
 * Lets a request in, or answers it: what a stateless MCP server refuses whatever its tools are.
 *
 * Source: MCP specification, Streamable HTTP transport: `Origin` must be checked; 405 where no GET stream is offered;
 * JSON-RPC batches were removed in 2025-06-18; an id is a string or a number, and never null.
 *
 * @param text of the body
 * @param size of the body, in bytes
 */
export function admitRequest(
  request: Request,
  text: string,
  size: number,
  rules: AdmissionRules,
): Admission | Response {
  const origin = request.headers.get('origin');
  if (origin !== null && !rules.allowedOrigins.includes(origin)) {
    return refuse(403, `The origin ${JSON.stringify(origin.slice(0, 256))} is not allowed.`);
  }
  if (rules.sessions && (request.method === 'GET' || request.method === 'DELETE')) {
    return describeMessage(request, undefined);
  }
  if (request.method !== 'POST') {
    return refuse(405, `${request.method} is not allowed: this server is stateless and takes POST only.`, {
      allow: 'POST',
    });
  }
  if (size > rules.maxRequestBodySize) {
    return refuse(413, `The body has ${size} bytes; the limit is ${rules.maxRequestBodySize}.`);
  }
  return admitMessage(request, text);
}

function admitMessage(request: Request, text: string): Admission | Response {
  let message: unknown;
  try {
    // As `Request.json()` does, by which a stock server reads it.
    message = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return refuse(400, 'The body is not JSON.', {}, JsonRpcErrorCode.parseError);
  }
  if (Array.isArray(message)) {
    return refuse(400, 'Batches are not supported: send one message a request.', {}, JsonRpcErrorCode.invalidRequest);
  }
  if (!isRecord(message)) {
    return refuse(400, 'The body is not a JSON-RPC message.', {}, JsonRpcErrorCode.invalidRequest);
  }
  const { id = '' } = message;
  if (typeof id !== 'string' && typeof id !== 'number') {
    return refuse(400, 'The id is neither a string nor a number.', {}, JsonRpcErrorCode.invalidRequest);
  }
  return describeMessage(request, message);
}

function describeMessage(request: Request, message: Readonly<Record<string, unknown>> | undefined): Admission {
  const { id, method } = message ?? {};
  const params = asRecord(message?.params);
  const meta = asRecord(params._meta);
  const stated = meta['io.modelcontextprotocol/protocolVersion'] ?? params.protocolVersion;
  return {
    message,
    id: typeof method === 'string' ? (id as JsonRpcId | undefined) : undefined,
    method: asText(method),
    tool: method === 'tools/call' ? asText(params.name) : undefined,
    protocolVersion: asText(request.headers.get('mcp-protocol-version') ?? stated),
    trace: readTraceCarrier(meta, request.headers),
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

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? bounded(value) : undefined;
}
