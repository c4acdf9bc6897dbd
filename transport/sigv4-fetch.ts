import type { AwsCredentialIdentity } from '@smithy/types';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { type AgentFetchOptions, createAgentFetch } from './agent-fetch.ts';
import { RedirectError, RequestTooLargeError } from './errors.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { type Refusal, readRefusal } from './refusal.ts';
import { type CredentialsOptions, credentialsSource, differ } from './signing/credentials.ts';
import { signRequest } from './signing/sign-request.ts';
import { type SigningScope, signingScope } from './signing-scope.ts';

export interface SigV4FetchOptions extends CredentialsOptions, AgentFetchOptions {
  /**
   * Signing region, such as `us-east-1`.
   * @default read from the URL's host; on loopback AWS_REGION or AWS_DEFAULT_REGION
   */
  readonly region?: string;
  /**
   * Signing name of the service, such as `lambda`.
   * @default read from the URL's host; on loopback `lambda`
   */
  readonly service?: string;
}

/** A redirect that keeps method and body. */
const REPEATING_REDIRECTS = new Set([307, 308]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/**
 * A `fetch` that signs each request with AWS Signature Version 4.
 *
 * It goes wherever an MCP client takes a `fetch`. Responses are those of `fetch`: a refusal is a response with its
 * status. It throws {@link TargetError}, {@link RequestBodyError} and {@link RequestTooLargeError} before anything is
 * sent; {@link CredentialsError} before that too, or when they cannot be renewed after a refusal; {@link RedirectError}
 * after the server has answered, which may have run the request; and otherwise what `fetch` throws.
 */
export function sigv4Fetch(options: SigV4FetchOptions = {}): typeof fetch {
  const credentials = credentialsSource(options);
  /** Milliseconds by which AWS's clock is ahead of this one, once it is known. */
  let clockOffset = 0;

  async function signAndSend(request: OutgoingRequest, scope: SigningScope, identity: AwsCredentialIdentity) {
    const signed = await signRequest(request, scope, identity, new Date(Date.now() + clockOffset));
    if (scope.service === 'lambda' && signed.size !== undefined && signed.size > MAX_REQUEST_SIZE) {
      throw new RequestTooLargeError('The request body', signed.size, MAX_REQUEST_SIZE);
    }
    return fetch(signed.url, {
      ...request.rest,
      method: request.method,
      headers: signed.headers,
      // undici sends a body it is handed in full with its length, and no Transfer-Encoding.
      ...(request.body && { body: request.body }),
      ...(request.signal && { signal: request.signal }),
      redirect: 'manual',
    });
  }

  /** Sends; and once more when the refusal says that the clock or the credentials were stale. */
  async function send(request: OutgoingRequest, scope: SigningScope): Promise<Response> {
    const identity = await credentials();
    const signedWith = clockOffset;
    const response = await signAndSend(request, scope, identity);
    const { response: answered, refusal } = await readRefusal(response, signedWith);
    if (refusal && (await repair(refusal, identity))) return signAndSend(request, scope, await credentials());
    return answered;
  }

  async function repair(refusal: Refusal, used: AwsCredentialIdentity): Promise<boolean> {
    if (refusal.clockOffset !== undefined) {
      clockOffset = refusal.clockOffset;
      return true;
    }
    if (!refusal.credentialsStale || typeof options.credentials === 'object') return false;
    return differ(used, await credentials({ forceRefresh: true }));
  }

  async function follow(request: OutgoingRequest): Promise<Response> {
    let { url } = request;
    const scope = signingScope(url, options);
    for (let followed = 0; ; followed += 1) {
      const response = await send({ ...request, url }, scope);
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null || request.redirect === 'manual') return response;
      await response.body?.cancel();
      const next = new URL(location, url);
      if (request.redirect === 'error' || next.origin !== url.origin || !REPEATING_REDIRECTS.has(response.status)) {
        throw new RedirectError(
          `${url.origin} redirects (${response.status}) to ${next.origin}${next.pathname}. A signed request follows ` +
            'only 307 and 308, and only to the same origin: call that URL yourself if you trust it.',
        );
      }
      if (followed === MAX_REDIRECTS) throw new RedirectError(`${url.origin} redirected ${MAX_REDIRECTS} times.`);
      url = next;
    }
  }

  return createAgentFetch(follow, options);
}
