import { CredentialsError, TargetError } from '../errors.ts';
import { responseWith } from '../response-with.ts';
import { rememberSecret } from '../signing/redact.ts';
import { isLoopback } from '../signing-scope.ts';
import type { Stage } from './stage.ts';

/** Where tokens come from, for a server that people sign in to. The MCP SDK's `AuthProvider`s have this shape. */
export interface TokenAuth {
  /**
   * The access token to send, in place of any `Authorization` of the request's own; undefined: none yet, and the request
   * goes out as it is. So an SDK's own `authProvider` may stand above.
   */
  token(): string | undefined | Promise<string | undefined>;
  /**
   * Called after a 401, before the request is sent once more: gets another token, or throws.
   *
   * @param context the refusal, whose `WWW-Authenticate` says what is asked for, the URL that was called, and a
   *   `fetch` for asking an authorization server
   */
  onUnauthorized?(context: { response: Response; serverUrl: URL; fetchFn: typeof fetch }): void | Promise<void>;
}

/** As a function URL, or a REST API, renames `WWW-Authenticate`. */
const REMAPPED = 'x-amzn-remapped-www-authenticate';
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Sends a token in place of a signature. A 401 comes before anything has run, so that the request may go out a second time
 * with another token.
 *
 * Source: RFC 6750, section 2.1; MCP specification, "Authorization", access token usage.
 */
export function bearer(auth: TokenAuth): Stage {
  return async (request, next) => {
    const { protocol, hostname, origin } = request.url;
    if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
      throw new TargetError(`${origin} is not https. A token is sent over http to loopback addresses only.`);
    }
    const attempt = async () => {
      const headers = new Map(request.headers);
      const token = await auth.token();
      if (token !== undefined) {
        if (!TOKEN.test(token)) throw new CredentialsError('The access token holds characters that no header may.');
        rememberSecret(token);
        headers.set('authorization', `Bearer ${token}`);
      } else {
        rememberSecret(headers.get('authorization')?.replace(/^\S+ +/, ''));
      }
      return withChallenge(await next({ ...request, headers }));
    };
    const response = await attempt();
    if (response.status !== 401 || !auth.onUnauthorized) return response;
    // Not a clone: one that is left unread keeps the other from being cancelled.
    await auth.onUnauthorized({ response, serverUrl: request.url, fetchFn: fetch });
    await response.body?.cancel().catch(() => {});
    return attempt();
  };
}

/** Gives the challenge its name back, so that clients find it. */
function withChallenge(response: Response): Response {
  const challenge = response.headers.get(REMAPPED);
  if (challenge === null || response.headers.has('www-authenticate')) return response;
  const { status, statusText, body } = response;
  const headers = new Headers(response.headers);
  headers.set('www-authenticate', challenge);
  return responseWith(body, { status, statusText, headers }, response);
}
