import { createHash } from 'node:crypto';

/** What a signature is good for: `YYYYMMDD/region/service/aws4_request`. */
export interface CredentialScope {
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Steps 2 and 3 of signing.
 *
 * @param date of the request, `YYYYMMDD'T'HHMMSS'Z'`
 * @param canonicalRequest a byte string
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-string-to-sign
 */
export function stringToSign(date: string, scope: CredentialScope, canonicalRequest: string): string {
  const hash = createHash('sha256').update(canonicalRequest, 'latin1').digest('hex');
  return ['AWS4-HMAC-SHA256', date, `${scope.date}/${scope.region}/${scope.service}/aws4_request`, hash].join('\n');
}
