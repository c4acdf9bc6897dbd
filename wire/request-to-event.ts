import type { FunctionUrlEvent, FunctionUrlRequestContext, IamAuthorizer } from './event.ts';

/** A request as it stood on the wire: nothing decoded, every header line on its own. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as sent, from the first `/`. */
  readonly target: string;
  /** Header lines in order; names in any case, repeats allowed. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** Empty or absent: no body. */
  readonly body?: Uint8Array | undefined;
}

/** What Lambda, not the request, contributes to an event. */
export interface EventOrigin {
  readonly requestId: string;
  readonly accountId: string;
  /** The URL's id, the first label of its domain name. */
  readonly urlId: string;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly time: Date;
  readonly iam?: IamAuthorizer | undefined;
  /** Header lines that Lambda removes before the function sees them. */
  readonly withheldHeaders?: ReadonlySet<string>;
}

const TEXT_CONTENT_TYPE =
  /^(?:text\/|application\/(?:json|xml|javascript|x-www-form-urlencoded|[\w.+-]+\+(?:json|xml))(?:[\s;]|$))/i;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The payload-2.0 event that stands for a request.
 *
 * Text bodies travel as text, all others as base64; bytes that are not UTF-8 travel as base64 whatever their
 * content type says, so that no byte is lost.
 */
export function requestToEvent(request: WireRequest, origin: EventOrigin): FunctionUrlEvent {
  const queryStart = request.target.indexOf('?');
  const rawPath = queryStart < 0 ? request.target : request.target.slice(0, queryStart);
  const rawQueryString = queryStart < 0 ? '' : request.target.slice(queryStart + 1);
  const { headers, cookies } = joinHeaders(request.headers, origin.withheldHeaders);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(rawQueryString !== '' && { queryStringParameters: joinQuery(rawQueryString) }),
    requestContext: requestContext(request, rawPath, headers, origin),
    ...encodeBody(request.body, headers['content-type']),
  };
}

function requestContext(
  request: WireRequest,
  rawPath: string,
  headers: Record<string, string>,
  origin: EventOrigin,
): FunctionUrlRequestContext {
  return {
    accountId: origin.accountId,
    apiId: origin.urlId,
    authentication: null,
    ...(origin.iam && { authorizer: { iam: origin.iam } }),
    domainName: origin.domainName,
    domainPrefix: origin.urlId,
    http: {
      method: request.method,
      path: rawPath,
      protocol: 'HTTP/1.1',
      sourceIp: origin.sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: origin.requestId,
    routeKey: '$default',
    stage: '$default',
    time: commonLogTime(origin.time),
    timeEpoch: origin.time.getTime(),
  };
}

function joinHeaders(lines: WireRequest['headers'], withheld: ReadonlySet<string> | undefined) {
  const headers: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (const [rawName, value] of lines) {
    const name = rawName.toLowerCase();
    if (withheld?.has(name)) continue;
    if (name === 'cookie') {
      for (const pair of value.split(';')) if (pair.trim() !== '') cookies.push(pair.trim());
      continue;
    }
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return { headers: { ...headers }, cookies };
}

function joinQuery(rawQueryString: string): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(joined);
}

function encodeBody(
  body: Uint8Array | undefined,
  contentType: string | undefined,
): { body?: string; isBase64Encoded: boolean } {
  if (!body || body.byteLength === 0) return { isBase64Encoded: false };
  if (contentType !== undefined && TEXT_CONTENT_TYPE.test(contentType)) {
    try {
      return { body: strictUtf8.decode(body), isBase64Encoded: false };
    } catch {
      // Not UTF-8 after all: base64 keeps its bytes.
    }
  }
  return { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'), isBase64Encoded: true };
}

function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
