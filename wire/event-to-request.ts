import type { FunctionUrlEvent } from './event.ts';
import { isOptional, isRecord, isString, isStringArray } from './json.ts';

/** An event that is not a function URL request of payload format 2.0. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
}

/** A request as an event has it, its body read once. */
export interface EventRequest {
  readonly request: Request;
  /** The body as UTF-8; empty when there is none. */
  readonly text: string;
  /** Of the body, in bytes. */
  readonly size: number;
}

/**
 * The request that a payload-2.0 event stands for.
 *
 * Whoever may call the Invoke API writes the event themselves, so nothing about its shape is taken for granted.
 *
 * @throws {InvalidEventError} when the event is not of payload format 2.0
 */
export function eventToRequest(event: FunctionUrlEvent, signal?: AbortSignal): EventRequest {
  assertFunctionUrlEvent(event);
  const { requestContext, rawPath, rawQueryString, body, isBase64Encoded } = event;
  const { method } = requestContext.http;
  // Bytes: to a text a Request gives a content type of its own.
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  try {
    const request = new Request(
      `https://${requestContext.domainName}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`,
      {
        method,
        headers: eventHeaders(event),
        ...(bytes.length > 0 && method !== 'GET' && method !== 'HEAD' && { body: bytes }),
        ...(signal && { signal }),
      },
    );
    return { request, text: bytes.toString(), size: bytes.length };
  } catch (cause) {
    throw new InvalidEventError(`The event does not describe an HTTP request: ${(cause as Error).message}`, { cause });
  }
}

function eventHeaders(event: FunctionUrlEvent): Record<string, string> | Headers {
  if (!event.cookies || event.cookies.length === 0) return event.headers;
  const headers = new Headers(event.headers);
  headers.set('cookie', event.cookies.join('; '));
  return headers;
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
    (!isOptional(event.cookies ?? undefined, isStringArray) && '`cookies` is not an array of strings') ||
    (!isOptional(event.body ?? undefined, isString) && '`body` is not a string') ||
    (!isRecord(event.requestContext) && '`requestContext` is not an object') ||
    (typeof event.requestContext.requestId !== 'string' && '`requestContext.requestId` is not a string') ||
    (typeof event.requestContext.domainName !== 'string' && '`requestContext.domainName` is not a string') ||
    (!isRecord(event.requestContext.http) && '`requestContext.http` is not an object') ||
    (typeof event.requestContext.http.method !== 'string' && '`requestContext.http.method` is not a string');
  if (wrong) throw new InvalidEventError(`The event is not a function URL request of payload format 2.0: ${wrong}.`);
}

function isStringRecord(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isString);
}
