import { RequestBodyError } from './errors.ts';
import { type McpMessage, readMcpMessage } from './mcp-message.ts';

/** A request read in full: what is signed is what is sent, on every attempt. */
export interface OutgoingRequest {
  readonly url: URL;
  /** Upper case. */
  readonly method: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** A string stands for its UTF-8 bytes. Never empty. */
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  /** The JSON-RPC message that the body is; undefined when it is none. */
  readonly message: McpMessage | undefined;
  readonly signal: AbortSignal | undefined;
  readonly redirect: NonNullable<RequestInit['redirect']>;
  /** What else the caller gave: `cache`, `keepalive`, undici's `dispatcher` and the like. */
  readonly rest: RequestInit;
}

/**
 * Reads the arguments of `fetch` into one request.
 *
 * @throws {RequestBodyError} when the body is a stream
 */
export async function readOutgoingRequest(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<OutgoingRequest> {
  const request = isRequest(input) ? input : undefined;
  const { method, headers: givenHeaders, body: givenBody, signal, redirect, ...rest } = init;
  const wanted = givenHeaders ?? request?.headers ?? [];
  const headers = new Map(wanted instanceof Headers ? wanted : new Headers(wanted));
  const body =
    givenBody != null ? await readBody(givenBody, headers) : request?.body ? await readBytes(request) : undefined;
  const upperMethod = (method ?? request?.method ?? 'GET').toUpperCase();
  return {
    url: new URL(request ? request.url : (input as string | URL)),
    method: upperMethod,
    headers,
    body,
    message: readMcpMessage(upperMethod, body),
    signal: signal ?? request?.signal,
    redirect: redirect ?? request?.redirect ?? 'follow',
    rest: { ...inherited(request), ...rest },
  };
}

/** By shape: a `Request` may come from another copy of undici, or from a polyfill. */
function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && 'url' in input && 'headers' in input;
}

function inherited(request: Request | undefined): RequestInit {
  if (!request) return {};
  const { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy } = request;
  return {
    cache,
    credentials,
    integrity,
    keepalive,
    referrer,
    referrerPolicy,
    ...(mode !== 'navigate' && { mode }),
  };
}

async function readBytes(source: Request | Response): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new Uint8Array(await source.arrayBuffer());
  return bytes.byteLength > 0 ? bytes : undefined;
}

async function readBody(
  body: NonNullable<RequestInit['body']>,
  headers: Map<string, string>,
): Promise<OutgoingRequest['body']> {
  if (typeof body === 'string') {
    defaultContentType(headers, 'text/plain;charset=UTF-8');
    return body || undefined;
  }
  if (isStream(body)) {
    throw new RequestBodyError(
      'The request body is a stream, and SigV4 signs a hash of the whole body before it is sent. ' +
        'Give a string or bytes; to read the stream first: body: await new Response(stream).bytes().',
    );
  }
  // A Response turns every other kind of body into bytes, and names the content type that fetch would send with it.
  const read = new Response(body);
  defaultContentType(headers, read.headers.get('content-type'));
  return readBytes(read);
}

/** What `fetch` itself would add, which is signed here. */
function defaultContentType(headers: Map<string, string>, contentType: string | null): void {
  if (contentType !== null && !headers.has('content-type')) headers.set('content-type', contentType);
}

function isStream(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || body instanceof Blob || body instanceof FormData) return false;
  return 'getReader' in body || (Symbol.asyncIterator in body && !ArrayBuffer.isView(body));
}

export function bodyBytes(body: OutgoingRequest['body']): Uint8Array<ArrayBuffer> | undefined {
  return typeof body === 'string' ? new TextEncoder().encode(body) : body;
}
