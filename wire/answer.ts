import { asRecord, isOptional, isRecord, isString, parseJson } from './json.ts';
import type { JsonRpcError, JsonRpcId } from './json-rpc.ts';

/** The JSON-RPC response to a request, as far as anybody on its way needs to know it. */
export interface Answer {
  readonly kind: 'result' | 'error';
  /** `error.code` */
  readonly errorCode: number | undefined;
  /** `result.isError`, which a failed tool sets. */
  readonly isError: boolean;
  /** `result.resultType`, as protocol 2026-07-28 has it. */
  readonly resultType: unknown;
}

/** The messages of a JSON text: one, or an array of them; undefined when it is not JSON. */
export function readMessages(text: string): unknown[] | undefined {
  const value = parseJson(text);
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : [value];
}

/** Whether a message is a response, of whatever request. */
export function isResponse(message: unknown): message is Record<string, unknown> {
  return isRecord(message) && (message.result !== undefined || message.error !== undefined);
}

/** Whether a message is the response to a request: both SDK lines compare ids as numbers, so `"1"` answers `1`. */
export function answers(message: unknown, id: JsonRpcId): message is Record<string, unknown> {
  if (!isResponse(message)) return false;
  const given = message.id;
  if (typeof given !== 'string' && typeof given !== 'number') return false;
  return given === id || (typeof id === 'number' ? Number(given) === id : String(given) === id);
}

/**
 * Whether both SDK lines take a message that answers a request. Of an event with a field too many, or with one of the
 * wrong type, they only tell `onerror`, and go on waiting.
 */
export function isTaken(message: Readonly<Record<string, unknown>>): boolean {
  const { jsonrpc, id, result, error } = message;
  if (jsonrpc !== '2.0' || Object.keys(message).length !== 3) return false;
  if (typeof id === 'number' && !Number.isSafeInteger(id)) return false;
  if (error !== undefined) return isError(error);
  return isRecord(result) && isOptional(result._meta, isRecord) && isOptional(result.resultType, isString);
}

/** An error that names no request, as servers send it before they have read an id; undefined for anything else. */
export function errorWithoutId(message: unknown): JsonRpcError | undefined {
  if (!isRecord(message) || (message.id !== undefined && message.id !== null)) return undefined;
  return isError(message.error) ? message.error : undefined;
}

/** Whether an SDK would take it for a JSON-RPC message, of whatever request. */
export function isMessage(value: unknown): boolean {
  if (!isRecord(value) || value.jsonrpc !== '2.0') return false;
  return isOptional(value.id, (id) => isString(id) || Number.isSafeInteger(id));
}

export function describeAnswer({ result, error }: Readonly<Record<string, unknown>>): Answer {
  const { code } = asRecord(error);
  const { isError, resultType } = asRecord(result);
  return {
    kind: error === undefined ? 'result' : 'error',
    errorCode: typeof code === 'number' ? code : undefined,
    isError: isError === true,
    resultType,
  };
}

function isError(error: unknown): error is JsonRpcError {
  return isRecord(error) && Number.isSafeInteger(error.code) && isString(error.message);
}
