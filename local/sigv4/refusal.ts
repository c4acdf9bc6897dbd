/** Why a request is refused, as AWS puts it: `x-amzn-ErrorType`, the HTTP status and the message of the body. */
export interface SignatureRefusal {
  /** For instance `InvalidSignatureException`. */
  readonly errorType: string;
  readonly statusCode: number;
  /** Holds no secret, token or signature, though it may repeat what the request said of its date or header names. */
  readonly message: string;
}

export function isRefusal(value: object): value is SignatureRefusal {
  return 'errorType' in value;
}

export function missingAuthenticationToken(): SignatureRefusal {
  return { errorType: 'MissingAuthenticationTokenException', statusCode: 403, message: 'Missing Authentication Token' };
}

/** 403 by the common errors of the Lambda API, and by what API Gateway answers; DynamoDB and others say 400. */
export function incompleteSignature(message: string): SignatureRefusal {
  return { errorType: 'IncompleteSignatureException', statusCode: 403, message };
}

export function invalidSignature(message: string): SignatureRefusal {
  return { errorType: 'InvalidSignatureException', statusCode: 403, message };
}

/**
 * AWS's answer to every difference between what was signed and what arrived.
 *
 * Some services add the canonical request and the string to sign that they computed. Nothing of the kind is said here.
 */
export function signatureMismatch(): SignatureRefusal {
  return invalidSignature(
    'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

/** One answer for an unknown key, a wrong token, a missing one and one too many, so that nobody can tell them apart. */
export function unrecognizedClient(): SignatureRefusal {
  return {
    errorType: 'UnrecognizedClientException',
    statusCode: 403,
    message: 'The security token included in the request is invalid.',
  };
}

export function expiredToken(): SignatureRefusal {
  return {
    errorType: 'ExpiredTokenException',
    statusCode: 403,
    message: 'The security token included in the request is expired',
  };
}
