/**
 * Whether the text is a JSON-RPC response that every client takes.
 *
 * Of a field too many, or of the wrong type, both SDK lines only tell `onerror`, and wait on for a response.
 */
export function isPlainResponse(text: string): boolean {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isRecord(message) || message.jsonrpc !== '2.0' || Object.keys(message).length !== 3) return false;
  const { result, error } = message;
  if (isRecord(error)) return Number.isSafeInteger(error.code) && typeof error.message === 'string';
  return isRecord(result) && isOptional(result._meta, isRecord) && isOptional(result.resultType, isString);
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
