import { incompleteSignature, invalidSignature, type SignatureRefusal, signatureMismatch } from './refusal.ts';

/**
 * Whether `SignedHeaders` names what it must and only what was sent: `host` and every `x-amz-*` header.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function checkSignedHeaders(
  signedHeaders: readonly string[],
  headers: ReadonlyMap<string, readonly string[]>,
): SignatureRefusal | undefined {
  const signed = new Set(signedHeaders.map((name) => name.toLowerCase()));
  if (!signed.has('host')) {
    return invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const absent = signedHeaders.find((name) => !headers.has(name.toLowerCase()));
  if (absent !== undefined) {
    return incompleteSignature(`'${absent}' is named as a SignedHeader, but it does not exist in the HTTP request.`);
  }
  // The documentation demands it of every service; several take a token that was added after signing all the same.
  const unsigned = [...headers.keys()].find((name) => name.startsWith('x-amz-') && !signed.has(name));
  if (unsigned !== undefined) {
    return invalidSignature(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  // The list itself is signed, lower-case and sorted: another one cannot belong to a right signature.
  if (signedHeaders.join(';') !== [...signed].sort().join(';')) return signatureMismatch();
  return undefined;
}
