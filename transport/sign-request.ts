import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { TargetError } from './errors.ts';
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
/** The signer leaves these out of the signature. */
const UNSIGNABLE_QUERY_KEY = /^(?:__proto__|x-amz-signature)$/i;
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

/**
 * Written anew from what is signed: a space may be `+` or `%20`, and an escape may be broken, and not everybody reads
 * these alike.
 */
function withUnambiguousQuery(url: URL): URL {
  if (url.search === '') return url;
  const sent = new URL(url);
  sent.search = [...url.searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return sent;
}

function queryPairs(url: URL): Record<string, string | string[]> {
  const pairs: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of url.searchParams) {
    if (UNSIGNABLE_QUERY_KEY.test(name)) {
      throw new TargetError(`The URL's query key ${JSON.stringify(name)} cannot be signed: call the URL without it.`);
    }
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
