import { createHash } from 'node:crypto';
import { decodeQueryText, percentEncode } from './percent-encoding.ts';
import { groupHeaders, type SignedRequest } from './signed-request.ts';

/**
 * The canonical request of a request that names `signedHeaders`: step 1 of signing, for every service but S3.
 *
 * @param signedHeaders lower-case, sorted and unique; a header that the request lacks counts as empty
 * @returns a byte string, or `undefined` when the request has no canonical form: a target that is not a path, a broken
 * percent escape in the query, a character that is not a byte
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string | undefined {
  const queryStart = request.target.indexOf('?');
  const path = queryStart === -1 ? request.target : request.target.slice(0, queryStart);
  const query = queryStart === -1 ? '' : canonicalQuery(request.target.slice(queryStart + 1));
  if (query === undefined || (path !== '' && !path.startsWith('/')) || !isByteString(request.target)) return undefined;
  const headers = groupHeaders(request.headers);
  const canonical = [
    request.method,
    canonicalPath(path),
    query,
    ...signedHeaders.map((name) => `${name}:${(headers.get(name) ?? []).map(canonicalValue).join(',')}`),
    '',
    signedHeaders.join(';'),
    createHash('sha256').update(request.body).digest('hex'),
  ].join('\n');
  return isByteString(canonical) ? canonical : undefined;
}

/**
 * Redundant and relative segments go, then each segment is encoded as it was sent: `%20` on the wire is `%2520` here.
 *
 * RFC 3986 keeps the slash of a path that ends in `/..`; the AWS SDKs for JavaScript and Python drop it, and so does this.
 */
function canonicalPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(percentEncode(segment));
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** Names and values are decoded and strictly encoded again, so that `%2f` and `/` come out as the `%2F` that was signed. */
function canonicalQuery(query: string): string | undefined {
  const pairs: (readonly [name: string, value: string])[] = [];
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeQueryText(equals === -1 ? pair : pair.slice(0, equals));
    const value = decodeQueryText(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    pairs.push([percentEncode(name), percentEncode(value)]);
  }
  // By name first and then by value: sorting the joined pairs would put `a-b=` before `a=`.
  pairs.sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

/** The specification speaks of spaces; the AWS SDKs treat tabs likewise. Line breaks never arrive within a header. */
function canonicalValue(value: string): string {
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isByteString(text: string): boolean {
  return !/[\u0100-\uffff]/.test(text);
}
