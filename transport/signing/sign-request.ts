import type { AwsCredentialIdentity } from '@smithy/types';
import { TargetError } from '../errors.ts';
import type { OutgoingRequest } from '../outgoing-request.ts';
import type { SigningScope } from '../signing-scope.ts';
import { createNodeSigner } from './node-signer.ts';
import type { Signer } from './signer.ts';

/** A request as it goes out: URL, headers and body are what the signature covers. */
export interface SignedRequest {
  readonly url: URL;
  readonly headers: [name: string, value: string][];
}

interface UnsignedRequest extends Pick<OutgoingRequest, 'url' | 'method' | 'body'> {
  /** Names in lower case. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /**
   * Host, with its port, that the signature is for.
   * @default the URL's
   */
  readonly signingHost?: string | undefined;
}

/** What an earlier signature left behind must not go into the next. */
const REPLACED_HEADERS = new Set([
  ...['host', 'date', 'authorization'],
  ...['x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token'],
]);
/** Headers that fetch implementations or HTTP intermediaries may add, change or remove on the way. */
const CHANGED_ON_THE_WAY =
  /^(?:accept|accept-encoding|accept-language|cache-control|connection|content-length|expect|forwarded|from|keep-alive|max-forwards|pragma|proxy-.*|referer|sec-.*|te|trailer|transfer-encoding|upgrade|user-agent|via|x-forwarded-.*|x-real-ip|x-request-id)$/;
/** Headers that say which trace a request belongs to: whoever traces, in this process or on the way, writes its own. */
const TRACING =
  /^(?:b3|baggage|elastic-apm-traceparent|newrelic|sentry-trace|traceparent|tracestate|uber-trace-id|x-amzn-trace-id|x-b3-.*|x-cloud-trace-context|x-datadog-.*|x-dynatrace)$/;
/** The signer leaves these out of the signature. */
const UNSIGNABLE_QUERY_KEY = /^(?:__proto__|x-amz-signature)$/i;
const NOT_ASCII = /[^\x20-\x7e\t]/;

let loaded: Signer | Promise<Signer> | undefined;

/**
 * Signs a request with AWS Signature Version 4.
 *
 * The payload's hash always goes along as `x-amz-content-sha256`, which CloudFront's origin access control and Lambda
 * Web Functions demand.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 *
 * @param signer default: by `node:crypto`, else by AWS's packages
 * @throws {TargetError} when the URL's query has a key that no signature can cover
 */
export async function signRequest(
  { url: given, method, headers: wanted, body, signingHost }: UnsignedRequest,
  scope: SigningScope,
  credentials: AwsCredentialIdentity,
  signingDate: Date,
  signer?: Signer,
): Promise<SignedRequest> {
  const { digest, authorize } = signer ?? (await loadSigner());
  const url = withUnambiguousQuery(given);
  const payloadHash = await digest(body ?? '');
  const date = signingDate.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: SignedRequest['headers'] = [];
  const signed = new Map([['host', signingHost ?? url.host]]);
  for (const [name, value] of wanted) {
    if (REPLACED_HEADERS.has(name)) continue;
    headers.push([name, value]);
    if (isSigned(name, value)) signed.set(name, value);
  }
  const own: SignedRequest['headers'] = [
    ['x-amz-content-sha256', payloadHash],
    ['x-amz-date', date],
  ];
  if (credentials.sessionToken) own.push(['x-amz-security-token', credentials.sessionToken]);
  for (const [name, value] of own) signed.set(name, value);
  const toSign = { method, url, headers: signed, payloadHash, date };
  headers.push(...own, ['authorization', await authorize(toSign, scope, credentials)]);
  return { url, headers };
}

function loadSigner(): Signer | Promise<Signer> {
  loaded ??= createNodeSigner() ?? import('./portable-signer.ts').then(({ portableSigner }) => portableSigner);
  return loaded;
}

/** A header value beyond ASCII is sent as Latin-1 and would be signed as UTF-8: it goes unsigned. */
function isSigned(name: string, value: string): boolean {
  return !CHANGED_ON_THE_WAY.test(name) && !TRACING.test(name) && (name.startsWith('x-amz-') || !NOT_ASCII.test(value));
}

/**
 * Written anew from what is signed: a space may be `+` or `%20`, and an escape may be broken, and not everybody reads
 * these alike.
 */
function withUnambiguousQuery(url: URL): URL {
  if (url.search === '') return url;
  for (const name of url.searchParams.keys()) {
    if (UNSIGNABLE_QUERY_KEY.test(name)) {
      throw new TargetError(`The URL's query key ${JSON.stringify(name)} cannot be signed: call the URL without it.`);
    }
  }
  const sent = new URL(url);
  sent.search = [...url.searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return sent;
}
