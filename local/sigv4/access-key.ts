import { equalInConstantTime } from './constant-time.ts';
import { expiredToken, type SignatureRefusal, unrecognizedClient } from './refusal.ts';

/** An access key that may sign requests: a long-lived one, or with `sessionToken` that of a session. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** @default never */
  readonly expiration?: Date;
}

/**
 * Whether the request carries the key's token, or none when the key has none, and the key still lives.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#temporary-security-credentials
 */
export function checkAccessKey(
  accessKey: AccessKey,
  headers: ReadonlyMap<string, readonly string[]>,
  now: Date,
): SignatureRefusal | undefined {
  const sent = headers.get('x-amz-security-token')?.join(',');
  const { sessionToken, expiration } = accessKey;
  if (sent === undefined || sessionToken === undefined) {
    if (sent !== sessionToken) return unrecognizedClient();
  } else if (!equalInConstantTime(sent, sessionToken)) {
    return unrecognizedClient();
  }
  return expiration && expiration.getTime() <= now.getTime() ? expiredToken() : undefined;
}
