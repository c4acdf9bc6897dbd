import { readHost } from '../../wire/aws/hosts.ts';
import { MAX_REQUEST_SIZE } from '../../wire/limits.ts';
import { RequestTooLargeError, TargetError } from '../errors.ts';
import { bodyBytes } from '../outgoing-request.ts';
import type { CredentialsOptions } from '../signing/credentials.ts';
import { signRequest } from '../signing/sign-request.ts';
import { findSigningScope } from '../signing-scope.ts';
import type { Stage } from './stage.ts';

export interface SignOptions {
  /**
   * Of a URL: the region to sign for, such as `us-east-1`.
   * @default read from the host; else AWS_REGION, AWS_DEFAULT_REGION or the profile's
   */
  readonly region?: string | undefined;
  /**
   * Signing name of the service, such as `lambda`.
   * @default read from the host; on loopback `lambda`
   */
  readonly service?: string | undefined;
  /**
   * Host that AWS is called by, with its port if it has one, where the URL is that of something on the way which calls it
   * by another name: a proxy, a tunnel, a domain of your own. The request goes to the URL, signed for this host, and what
   * is on the way has to send it as `Host`: a `fetch` cannot. (A private REST API needs none of this: call its VPC
   * endpoint's own host, with the API's id as the header `x-apigw-api-id`.)
   * @default the URL's
   */
  readonly signingHost?: string | undefined;
}

/** Signs with AWS Signature Version 4; what is larger than a function URL takes is not sent. */
export function sign(options: SignOptions & Pick<CredentialsOptions, 'profile'>): Stage {
  const { signingHost } = options;
  if (signingHost !== undefined && !/^(?:[\w-]+\.)*[\w-]+(?::\d+)?$/.test(signingHost)) {
    throw new TargetError(
      `\`signingHost\` is a host's name, with its port if it has one, and no URL: not ${JSON.stringify(signingHost)}.`,
    );
  }
  return async (request, next) => {
    const scope = await findSigningScope(request.url, options, signingHost?.replace(/:\d+$/, ''));
    if (scope.service === 'lambda' && readHost(signingHost ?? request.url.hostname)?.kind !== 'web-function') {
      const size = bodyBytes(request.body)?.byteLength ?? 0;
      if (size > MAX_REQUEST_SIZE) throw new RequestTooLargeError('The request body', size, MAX_REQUEST_SIZE);
    }
    const { credentials, clockOffset } = request.signing;
    const date = new Date(Date.now() + clockOffset);
    const signed = await signRequest({ ...request, signingHost }, scope, await credentials(scope.region), date);
    return next({ ...request, url: signed.url, headers: new Map(signed.headers) });
  };
}
