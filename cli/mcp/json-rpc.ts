import { answers, readMessages } from '../../wire/answer.ts';
import { isRecord } from '../../wire/json.ts';
import { isLongNumber, parseExactJson } from './exact-json.ts';

/** A JSON-RPC message, as far as anyone here looks into it. */
export interface JsonRpcMessage {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: JsonRpcErrorObject;
}

export interface JsonRpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export const JsonRpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  /** Of this proxy: the request did not get through. Both SDK lines use it for a closed connection. */
  notDelivered: -32000,
  /** MCP 2026-07-28: an HTTP header does not say what the body says. */
  headerMismatch: -32020,
} as const;

/** Reads one message; undefined for anything else, batches included, which MCP 2025-06-18 removed. */
export function parseMessage(text: string): JsonRpcMessage | undefined {
  try {
    const value = parseExactJson(text);
    if (!isRecord(value)) return undefined;
    // By an id messages are only told apart, and both SDK lines do so by doubles.
    return isLongNumber(value.id) ? { ...value, id: Number(JSON.stringify(value.id)) } : value;
  } catch {
    return undefined;
  }
}

/** The JSON-RPC error that a refusal is, whatever request it names; undefined for anything else. */
export function readError(text: string): (JsonRpcMessage & { readonly error: JsonRpcErrorObject }) | undefined {
  const [message] = readMessages(text) ?? [];
  const { error } = (message ?? {}) as JsonRpcMessage;
  return typeof error?.code === 'number' ? { ...(message as JsonRpcMessage), error } : undefined;
}

/** Whether a message is the response to a request. */
export function isAnswer(message: JsonRpcMessage | undefined, { id }: JsonRpcMessage): boolean {
  return id !== undefined && id !== null && answers(message, id);
}

/** An error as the line that answers the request. */
export function errorLine(id: JsonRpcMessage['id'], code: number, message: string, data?: unknown): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id: id ?? null,
    error: { code, message, ...(data !== undefined && { data }) },
  });
}
