import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { OutgoingRequest } from './outgoing-request.ts';
import { loadSha256 } from './sha256.ts';
import type { SigningScope } from './signing-scope.ts';

/** A request as it goes out: URL, headers and body are what the signature covers. */
export interface SignedRequest {
  readonly url: URL;
  readonly headers: Headers;
}

/** Headers that fetch implementations or HTTP intermediaries may change on the way. */
const UNSIGNED_HEADERS = ['accept', 'accept-encoding', 'accept-language', 'content-length', 'user-agent'];
const NOT_ASCII = /[^\x20-\x7e\t]/;

/**
 * Signs a request with AWS Signature Version 4.
 *
 * The payload's hash always goes along as `x-amz-content-sha256`, which CloudFront's origin access control and Lambda
 * Web Functions demand.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 */
export async function signRequest(
  { url, method, headers, body }: Pick<OutgoingRequest, 'url' | 'method' | 'headers' | 'body'>,
  { service, region }: SigningScope,
  credentials: AwsCredentialIdentity,
  signingDate: Date,
): Promise<SignedRequest> {
  const sha256 = await loadSha256();
  const payload = new sha256();
  payload.update(body ?? new Uint8Array());
  const unsigned: Record<string, string> = {
    ...withoutSignature(headers),
    host: url.host,
    'x-amz-content-sha256': toHex(await payload.digest()),
  };
  const sent = withUnambiguousQuery(url);
  const signer = new SignatureV4({ service, region, credentials, sha256 });
  const signed = await signer.sign(
    {
      method,
      protocol: sent.protocol,
      hostname: sent.hostname,
      path: sent.pathname,
      query: queryPairs(sent),
      headers: unsigned,
    },
    { signingDate, unsignableHeaders: unsignable(unsigned) },
  );
  const { host: _, ...rest } = signed.headers;
  return { url: sent, headers: new Headers(rest) };
}

/** What an earlier signature left behind must not go into the next. */
function withoutSignature(headers: Headers): Record<string, string> {
  const kept = Object.fromEntries(headers);
  for (const name of ['authorization', 'x-amz-date', 'x-amz-security-token']) delete kept[name];
  return kept;
}

/** A header value beyond ASCII is sent as Latin-1 and would be signed as UTF-8: it goes unsigned. */
function unsignable(headers: Record<string, string>): Set<string> {
  const names = Object.keys(headers).filter(
    (name) => !name.startsWith('x-amz-') && NOT_ASCII.test(headers[name] ?? ''),
  );
  return new Set([...UNSIGNED_HEADERS, ...names]);
}

/** A space in a query may be written `+` or `%20`, and only the second means the same to everybody. */
function withUnambiguousQuery(url: URL): URL {
  if (!url.search.includes('+')) return url;
  const sent = new URL(url);
  sent.search = url.search.replaceAll('+', '%20');
  return sent;
}

function queryPairs(url: URL): Record<string, string | string[]> {
  const pairs: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of url.searchParams) {
    const earlier = pairs[name];
    pairs[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return pairs;
}

function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
