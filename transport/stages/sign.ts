import { MAX_REQUEST_SIZE } from '../../wire/limits.ts';
import { RequestTooLargeError } from '../errors.ts';
import { bodySize } from '../outgoing-request.ts';
import { signRequest } from '../signing/sign-request.ts';
import { type SigningScope, signingScope } from '../signing-scope.ts';
import type { Stage } from './stage.ts';

/** Signs with AWS Signature Version 4; what is larger than Lambda takes is not sent. */
export function sign(options: Partial<SigningScope>): Stage {
  return async (request, next) => {
    const scope = signingScope(request.url, options);
    if (scope.service === 'lambda') {
      const size = bodySize(request.body);
      if (size > MAX_REQUEST_SIZE) throw new RequestTooLargeError('The request body', size, MAX_REQUEST_SIZE);
    }
    const { credentials, clockOffset } = request.signing;
    const signed = await signRequest(request, scope, await credentials(), new Date(Date.now() + clockOffset));
    return next({ ...request, url: signed.url, headers: new Map(signed.headers) });
  };
}
