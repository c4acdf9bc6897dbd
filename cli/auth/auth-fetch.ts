import type { AuthMethod } from '../auth-method.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { AuthTarget } from './auth-target.ts';
import { awake } from './awake.ts';
import { challengeOf, isBearerChallenge, lacksScope } from './challenge.ts';
import { detectMethod } from './detect-method.ts';
import { quote } from './explain-oauth-error.ts';
import { createOAuthFetch } from './oauth-fetch.ts';
import { createOAuthSession } from './oauth-session.ts';
import { readAccessToken, readClientSettings } from './settings.ts';
import { loginAdvice } from './sign-in.ts';
import { serverKey } from './sign-in-store.ts';

/**
 * A `fetch` for a method of authentication.
 *
 * @param method `auto` asks the server, once, before the first request
 */
export function createAuthFetch(method: AuthMethod, target: AuthTarget): typeof fetch {
  if (method === 'iam') return target.signed();
  if (method === 'token') return tokenFetch(target);
  if (method === 'oauth') return oauthFetch(target);
  let found: Promise<typeof fetch> | undefined;
  return async (input, init) => {
    found ??= detectMethod(target).then((each) => createAuthFetch(each, target));
    const reach = await found.catch((error) => {
      found = undefined;
      throw error;
    });
    return reach(input, init);
  };
}

/** Sends `ACCESS_TOKEN`, for a Lambda authorizer or whoever else made it. */
function tokenFetch({ withTokens }: AuthTarget): typeof fetch {
  const send = withTokens({ token: readAccessToken });
  return async (input, init) => {
    const response = await send(input, init);
    if (response.status !== 401) return response;
    const why = await reasonOf(response);
    throw new CommandError(`The server refuses the token of ACCESS_TOKEN (401)${why}.`, ExitCode.refused, {
      status: 401,
      advice: 'Set a fresh one. Where people sign in, --auth oauth gets it by itself.',
    });
  };
}

/** Sends the token of whoever is signed in. */
function oauthFetch({ url, clientId, person, network, withTokens }: AuthTarget): typeof fetch {
  const server = serverKey(url);
  const settings = readClientSettings(clientId);
  const session = createOAuthSession({ url, settings, person, fetchFn: createOAuthFetch(url, network) });
  const send = withTokens(session.auth);

  async function sendWithScopes(...request: Parameters<typeof fetch>): Promise<Response> {
    const response = await send(...request);
    if (!lacksScope(response) || !(await session.stepUp(response))) return response;
    await response.body?.cancel();
    return send(...request);
  }

  async function reach(...request: Parameters<typeof fetch>): Promise<Response> {
    const response = await sendWithScopes(...request);
    if (response.status === 401) {
      const why = await reasonOf(response);
      throw new CommandError(`The server refuses a token that is fresh (401)${why}.`, ExitCode.refused, {
        status: 401,
        advice: `Its owner knows which tokens it takes. To sign in anew: \`lambda-mcp login ${server}\`.`,
      });
    }
    if (!lacksScope(response)) return response;
    const { scope } = await challengeOf(response);
    const needed = scope === undefined ? '' : `: it needs ${quote(scope)}`;
    throw new CommandError(`The token does not allow this (403)${needed}.`, ExitCode.refused, {
      status: 403,
      advice: `Ask the server's owner for it. ${loginAdvice(server)}`,
    });
  }

  return (input, init) => awake(session.during(() => reach(input, init), init?.signal));
}

/** What the refusal gives as a reason, to end a sentence with. */
async function reasonOf(response: Response): Promise<string> {
  const { errorDescription } = isBearerChallenge(response) ? await challengeOf(response) : {};
  await response.body?.cancel();
  return errorDescription === undefined ? '' : `: ${quote(errorDescription).replace(/\.$/, '')}`;
}
