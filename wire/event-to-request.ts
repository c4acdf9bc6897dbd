import type { FunctionUrlEvent } from './event.ts';

/** An event that is not a function URL request of payload format 2.0. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
}

/**
 * The request that a payload-2.0 event stands for.
 *
 * Whoever may call the Invoke API writes the event himself, so nothing about its shape is taken for granted.
 *
 * @throws {InvalidEventError} when the event is not of payload format 2.0
 */
export function eventToRequest(event: FunctionUrlEvent, signal?: AbortSignal): Request {
  assertFunctionUrlEvent(event);
  const { method } = event.requestContext.http;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const body = eventBody(event);
  try {
    return new Request(`https://${event.requestContext.domainName}${event.rawPath}${query}`, {
      method,
      headers: eventHeaders(event),
      ...(body && method !== 'GET' && method !== 'HEAD' && { body }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    throw new InvalidEventError(`The event does not describe an HTTP request: ${(cause as Error).message}`, { cause });
  }
}

/** An event's body as text; empty when it has none. */
export function eventBodyText(event: FunctionUrlEvent): string {
  const body = event.body ?? '';
  return event.isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

function eventHeaders(event: FunctionUrlEvent): Record<string, string> | Headers {
  if (!event.cookies || event.cookies.length === 0) return event.headers;
  const headers = new Headers(event.headers);
  headers.set('cookie', event.cookies.join('; '));
  return headers;
}

function eventBody({ body, headers, isBase64Encoded }: FunctionUrlEvent): string | Uint8Array<ArrayBuffer> | undefined {
  if (!body) return undefined;
  // A Request gives a text without a content type one of its own; bytes it leaves alone.
  if (!isBase64Encoded && headers['content-type'] !== undefined) return body;
  return new Uint8Array(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

function assertFunctionUrlEvent(event: FunctionUrlEvent): void {
  const given: unknown = event;
  const wrong =
    (!isRecord(given) && 'it is not an object') ||
    (event.version !== '2.0' && '`version` is not "2.0"') ||
    (typeof event.rawPath !== 'string' && '`rawPath` is not a string') ||
    (!event.rawPath.startsWith('/') && '`rawPath` does not begin with "/"') ||
    (typeof event.rawQueryString !== 'string' && '`rawQueryString` is not a string') ||
    (!isStringRecord(event.headers) && '`headers` is not an object of strings') ||
    (!isOptional(event.cookies, isStringArray) && '`cookies` is not an array of strings') ||
    (!isOptional(event.body, isString) && '`body` is not a string') ||
    (!isRecord(event.requestContext) && '`requestContext` is not an object') ||
    (typeof event.requestContext.requestId !== 'string' && '`requestContext.requestId` is not a string') ||
    (typeof event.requestContext.domainName !== 'string' && '`requestContext.domainName` is not a string') ||
    (!isRecord(event.requestContext.http) && '`requestContext.http` is not an object') ||
    (typeof event.requestContext.http.method !== 'string' && '`requestContext.http.method` is not a string');
  if (wrong) throw new InvalidEventError(`The event is not a function URL request of payload format 2.0: ${wrong}.`);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringRecord(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isString);
}

function isStringArray(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || check(value);
}
