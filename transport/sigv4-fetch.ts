import { type AgentFetchOptions, createAgentFetch } from './agent-fetch.ts';
import { send } from './stages/send.ts';
import { sign } from './stages/sign.ts';

export interface SigV4FetchOptions extends AgentFetchOptions {
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

/**
 * A `fetch` that signs each request with AWS Signature Version 4.
 *
 * It goes wherever an MCP client takes a `fetch`. Responses are those of `fetch`: a refusal is a response with its
 * status. It throws {@link TargetError}, {@link RequestBodyError} and {@link RequestTooLargeError} before anything is
 * sent; {@link CredentialsError} before that too, or when they cannot be renewed after a refusal; {@link RedirectError}
 * after the server has answered, which may have run the request; {@link IdleTimeoutError}; and {@link ConnectionError},
 * which says whether anything was sent.
 */
export function sigv4Fetch(options: SigV4FetchOptions = {}): typeof fetch {
  return createAgentFetch(options, sign(options), send);
}
