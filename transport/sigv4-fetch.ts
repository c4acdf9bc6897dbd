import { type AgentFetchOptions, createAgentFetch } from './agent-fetch.ts';
import type { TokenAuth } from './stages/bearer.ts';
import { runtimeSession } from './stages/runtime-session.ts';
import { send } from './stages/send.ts';
import { type SignOptions, sign } from './stages/sign.ts';

/** Options of {@link sigv4Fetch}. */
export interface SigV4FetchOptions extends AgentFetchOptions, SignOptions {
  /**
   * Sends tokens in place of signatures, to a server that people sign in to.
   * @default signatures
   */
  readonly auth?: TokenAuth | undefined;
}

/**
 * A `fetch` that signs each request with AWS Signature Version 4, or with `auth` sends a token along.
 *
 * It goes wherever an MCP client takes a `fetch`. Responses are those of `fetch`: a refusal is a response with its
 * status. It throws {@link TargetError}, {@link RequestBodyError} and {@link RequestTooLargeError} before anything is
 * sent; {@link CredentialsError} before that too, or when they cannot be renewed after a refusal; {@link RedirectError}
 * after the server has answered, which may have run the request; {@link IdleTimeoutError}; and {@link ConnectionError},
 * which says whether anything was sent.
 */
export function sigv4Fetch(options: SigV4FetchOptions = {}): typeof fetch {
  return sigv4FetchTo(undefined, options);
}

/** The same, for one URL: every request goes there, whatever its own URL is. Undefined: to its own. */
export function sigv4FetchTo(to: URL | undefined, options: SigV4FetchOptions): typeof fetch {
  const { auth } = options;
  const carry = auth ? [runtimeSession(), send] : [runtimeSession(), sign(options), send];
  return createAgentFetch(options, carry, { auth, to });
}
