import { createHmac } from 'node:crypto';
import type { CredentialScope } from './string-to-sign.ts';

/**
 * Step 4 of signing: the signature in lower-case hex that only the holder of the secret can produce.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signature
 */
export function signature(secretAccessKey: string, scope: CredentialScope, stringToSign: string): string {
  const dateKey = hmac(`AWS4${secretAccessKey}`, scope.date);
  const regionKey = hmac(dateKey, scope.region);
  const serviceKey = hmac(regionKey, scope.service);
  const signingKey = hmac(serviceKey, 'aws4_request');
  return hmac(signingKey, stringToSign).toString('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data, 'utf8').digest();
}
