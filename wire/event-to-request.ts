import type { FunctionUrlEvent } from './event.ts';
import { isOptional, isRecord, isString, isStringArray } from './json.ts';
import type { RestApiEvent } from './rest-api-event.ts';

/** An event that is no HTTP request of a payload format that is taken. */
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
  const url = `https://${requestContext.domainName}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
  return toRequest({ url, method, body, isBase64Encoded, headers: () => eventHeaders(event) }, signal);
}

/**
 * The request that a payload-1.0 event of a REST API stands for. Its path is the one within the stage.
 *
 * @throws {InvalidEventError} when the event is not of payload format 1.0
 */
export function restApiEventToRequest(event: RestApiEvent, signal?: AbortSignal): EventRequest {
  assertRestApiEvent(event);
  const { requestContext, path, httpMethod: method, body, isBase64Encoded } = event;
  const url = `https://${requestContext.domainName}${path}${restApiQuery(event)}`;
  return toRequest({ url, method, body, isBase64Encoded, headers: () => restApiHeaders(event) }, signal);
}

interface RequestParts {
  readonly url: string;
  readonly method: string;
  readonly body: string | null | undefined;
  readonly isBase64Encoded: boolean;
  /** @throws where a name or value is none of HTTP's */
  headers(): Record<string, string> | Headers;
}

function toRequest({ url, method, body, isBase64Encoded, headers }: RequestParts, signal?: AbortSignal): EventRequest {
  // Bytes: to a text a Request gives a content type of its own.
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  try {
    const request = new Request(url, {
      method,
      headers: headers(),
      ...(bytes.length > 0 && method !== 'GET' && method !== 'HEAD' && { body: bytes }),
      ...(signal && { signal }),
    });
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

/** API Gateway has decoded it. */
function restApiQuery({ multiValueQueryStringParameters, queryStringParameters }: RestApiEvent): string {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {})) {
    for (const value of typeof values === 'string' ? [values] : values) query.append(name, value);
  }
  return query.size === 0 ? '' : `?${query}`;
}

function restApiHeaders({ multiValueHeaders, headers }: RestApiEvent): Headers {
  const all = new Headers();
  for (const [name, values] of Object.entries(multiValueHeaders ?? headers ?? {})) {
    for (const value of typeof values === 'string' ? [values] : values) all.append(name, value);
  }
  return all;
}

function assertRestApiEvent(event: RestApiEvent): void {
  const wrong =
    (typeof event.httpMethod !== 'string' && '`httpMethod` is not a string') ||
    (typeof event.path !== 'string' && '`path` is not a string') ||
    (!event.path.startsWith('/') && '`path` does not begin with "/"') ||
    (!isOptional(event.headers ?? undefined, isStringRecord) && '`headers` is not an object of strings') ||
    (!isOptional(event.multiValueHeaders ?? undefined, isStringsRecord) &&
      '`multiValueHeaders` is not an object of arrays of strings') ||
    (!isOptional(event.queryStringParameters ?? undefined, isStringRecord) &&
      '`queryStringParameters` is not an object of strings') ||
    (!isOptional(event.multiValueQueryStringParameters ?? undefined, isStringsRecord) &&
      '`multiValueQueryStringParameters` is not an object of arrays of strings') ||
    (!isOptional(event.body ?? undefined, isString) && '`body` is not a string') ||
    (!isRecord(event.requestContext) && '`requestContext` is not an object') ||
    (typeof event.requestContext.domainName !== 'string' && '`requestContext.domainName` is not a string');
  if (wrong) throw new InvalidEventError(`The event is not a REST API request of payload format 1.0: ${wrong}.`);
}

function isStringsRecord(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isStringArray);
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
