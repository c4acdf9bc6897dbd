import { createHash } from 'node:crypto';
import { type AccessKey, checkAccessKey } from './access-key.ts';
import { type Authorization, parseAuthorization } from './authorization.ts';
import { canonicalRequest } from './canonical-request.ts';
import { equalInConstantTime } from './constant-time.ts';
import { type Credential, checkScope, parseCredential } from './credential.ts';
import {
  incompleteSignature,
  invalidSignature,
  isRefusal,
  type SignatureRefusal,
  signatureMismatch,
  unrecognizedClient,
} from './refusal.ts';
import { checkWindow, type RequestDate, readRequestDate } from './request-date.ts';
import { signature } from './signature.ts';
import { checkSignedHeaders } from './signed-headers.ts';
import { groupHeaders, type SignedRequest } from './signed-request.ts';
import { stringToSign } from './string-to-sign.ts';

export type { AccessKey, SignatureRefusal, SignedRequest };

export interface VerifyOptions<K extends AccessKey> {
  /** Must not throw. */
  readonly findAccessKey: (accessKeyId: string) => K | undefined;
  /** For instance `us-east-1`. */
  readonly region: string;
  /** The signing name, for instance `lambda`. */
  readonly service: string;
  readonly now: Date;
}

export type Verification<K> =
  | { readonly ok: true; readonly accessKey: K }
  | { readonly ok: false; readonly refusal: SignatureRefusal };

/**
 * Whose request this is, by the signature of its `Authorization` header (Signature Version 4).
 *
 * Written from the specification, apart from every signer, so that a fault of a signer shows here. It says no wherever
 * AWS does and, in doubt, where AWS might: a body is always signed, and so is every `x-amz-*` header. Query-string
 * authentication (presigned URLs) is not supported. The checks come in the order that others observed of AWS.
 *
 * Never throws, whatever the request holds.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySigV4<K extends AccessKey>(request: SignedRequest, options: VerifyOptions<K>): Verification<K> {
  const headers = groupHeaders(request.headers);
  const claim = readClaim(request, headers, options);
  if (isRefusal(claim)) return { ok: false, refusal: claim };
  const accessKey = options.findAccessKey(claim.credential.accessKeyId);
  if (!accessKey) return { ok: false, refusal: unrecognizedClient() };
  const refusal = checkAccessKey(accessKey, headers, options.now) ?? checkSignature(request, headers, claim, accessKey);
  return refusal ? { ok: false, refusal } : { ok: true, accessKey };
}

/** What the request says of itself: well formed and meant for this service, here and now, but not yet proven. */
interface Claim extends Pick<Authorization, 'signedHeaders' | 'signature'> {
  readonly credential: Credential;
  readonly date: RequestDate;
}

function readClaim(
  request: SignedRequest,
  headers: ReadonlyMap<string, readonly string[]>,
  options: VerifyOptions<AccessKey>,
): Claim | SignatureRefusal {
  if (headers.has('authorization') && /[?&]X-Amz-Algorithm=/.test(request.target)) {
    return invalidSignature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  const authorization = parseAuthorization(
    headers.get('authorization') ?? [],
    headers.has('x-amz-date') || headers.has('date'),
  );
  if (isRefusal(authorization)) return authorization;
  const { algorithm, signedHeaders } = authorization;
  const date = readRequestDate(headers);
  if (isRefusal(date)) return date;
  const unfit = checkWindow(date, options.now) ?? checkSignedHeaders(signedHeaders, headers);
  if (unfit) return unfit;
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    return incompleteSignature(`Unsupported AWS 'algorithm': '${algorithm}' (only AWS4-HMAC-SHA256 for now). `);
  }
  const credential = parseCredential(authorization.credential);
  if (isRefusal(credential)) return credential;
  return (
    checkScope(credential, options, date.text) ?? {
      signedHeaders,
      signature: authorization.signature,
      credential,
      date,
    }
  );
}

function checkSignature(
  request: SignedRequest,
  headers: ReadonlyMap<string, readonly string[]>,
  { signedHeaders, signature: sent, credential, date }: Claim,
  accessKey: AccessKey,
): SignatureRefusal | undefined {
  // Only S3 takes `UNSIGNED-PAYLOAD` and `STREAMING-…`: elsewhere the hash is that of the body, whatever the header says.
  const declared = headers.get('x-amz-content-sha256')?.join(',');
  if (declared !== undefined && declared !== createHash('sha256').update(request.body).digest('hex')) {
    return signatureMismatch();
  }
  const canonical = canonicalRequest(request, signedHeaders);
  if (canonical === undefined) return signatureMismatch();
  const expected = signature(accessKey.secretAccessKey, credential, stringToSign(date.text, credential, canonical));
  return equalInConstantTime(sent, expected) ? undefined : signatureMismatch();
}
