import type { ScannedMessage } from './json-rpc-scanner.ts';

/**
 * The JSON-RPC response that a text is, if it is one that every client takes.
 *
 * Of a field too many, or of the wrong type, both SDK lines only tell `onerror`, and wait on for a response.
 */
export function readPlainResponse(text: string): ScannedMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(message) || message.jsonrpc !== '2.0' || Object.keys(message).length !== 3) return undefined;
  const { id, result, error } = message;
  if (isRecord(error)) {
    const { code } = error;
    if (!Number.isSafeInteger(code) || typeof error.message !== 'string') return undefined;
    return { complete: true, id, kind: 'error', errorCode: code, isError: false, resultType: undefined };
  }
  if (!isRecord(result) || !isOptional(result._meta, isRecord) || !isOptional(result.resultType, isString)) {
    return undefined;
  }
  const { isError, resultType } = result;
  return { complete: true, id, kind: 'result', errorCode: undefined, isError: isError === true, resultType };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value);
}
