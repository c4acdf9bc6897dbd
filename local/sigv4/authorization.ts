import { createHash } from 'node:crypto';
import { incompleteSignature, missingAuthenticationToken, type SignatureRefusal } from './refusal.ts';

/** What an `Authorization` header says. Nothing of it is verified yet. */
export interface Authorization {
  readonly algorithm: string;
  /** `keyid/date/region/service/term` */
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, whose parts may come in any order and be separated
 * by commas, spaces or both.
 *
 * Where AWS repeats the header in its message, it now gives the header's SHA-256 instead of what it holds; so does this.
 *
 * @param values of every `Authorization` header that was sent
 * @param hasDate whether there is an `x-amz-date` or a `date` header: AWS names its lack in the same message
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#add-signature-to-request
 */
export function parseAuthorization(values: readonly string[], hasDate: boolean): Authorization | SignatureRefusal {
  const header = values.join(',').trim();
  if (header === '') return missingAuthenticationToken();
  // Either could be meant, so neither is taken.
  if (values.length > 1) return incompleteSignature('Request must contain exactly one Authorization header.');
  const [algorithm = '', ...parts] = header.split(/[\s,]+/);
  if (algorithm.includes('=')) {
    return incompleteSignature(
      'Authorization header must begin with the algorithm name, which cannot include an equal-sign.',
    );
  }
  const parameters = new Map<string, string>();
  for (const part of parts.filter((part) => part !== '')) {
    const equals = part.indexOf('=');
    if (equals === -1) {
      return incompleteSignature(
        'Invalid key=value pair (missing equal-sign) in Authorization header ' +
          `(hashed with SHA-256 and encoded with Base64): '${digest(header)}'.`,
      );
    }
    parameters.set(part.slice(0, equals), part.slice(equals + 1));
  }
  const credential = parameters.get('Credential');
  const signature = parameters.get('Signature');
  const signedHeaders = parameters.get('SignedHeaders');
  if (credential === undefined || signature === undefined || signedHeaders === undefined || !hasDate) {
    const lacks = [
      credential === undefined && "Authorization header requires 'Credential' parameter.",
      signature === undefined && "Authorization header requires 'Signature' parameter.",
      signedHeaders === undefined && "Authorization header requires 'SignedHeaders' parameter.",
      !hasDate && "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      `(Hashed with SHA-256 and encoded with Base64) Authorization=${digest(header)}`,
    ];
    return incompleteSignature(lacks.filter(Boolean).join(' '));
  }
  return { algorithm, credential, signedHeaders: signedHeaders.split(';'), signature };
}

function digest(header: string): string {
  return createHash('sha256').update(header).digest('base64');
}
