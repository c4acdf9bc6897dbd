import { CommandError, ExitCode } from '../exit-code.ts';
import { explainResponse } from '../explain-response.ts';
import type { AuthTarget } from './auth-target.ts';
import { challengeOf } from './challenge.ts';
import { askWithoutCredentials } from './detect-method.ts';
import { findIssuer } from './find-issuer.ts';
import { createOAuthFetch } from './oauth-fetch.ts';
import type { Person } from './person.ts';
import { machineSignIn } from './renew.ts';
import { readClientSettings } from './settings.ts';
import { signIn } from './sign-in.ts';
import { type SignIn, serverKey } from './sign-in-store.ts';

/**
 * Signs in to a server now, whatever is kept: a person, or with a client's secret a machine.
 *
 * @param scopes to ask for beside those that the server asks for
 */
export async function logIn(
  target: AuthTarget,
  person: Person,
  scopes: readonly string[],
  signal?: AbortSignal,
): Promise<SignIn> {
  const { url, clientId, network } = target;
  const settings = readClientSettings(clientId);
  const fetchFn = createOAuthFetch(url, network);
  const response = await askWithoutCredentials(target);
  const { status } = response;
  if (status === 429 || status >= 500) throw await explainResponse(response);
  const challenge = await challengeOf(response);
  await response.body?.cancel().catch(() => {});
  if (status === 403) {
    throw new CommandError(
      `${url.href} asks for a signature of AWS IAM (403): nobody signs in there.`,
      ExitCode.usage,
      {
        advice: 'Call it with --auth iam, which is the default.',
      },
    );
  }
  const discovery = await findIssuer(url, challenge, settings, fetchFn);
  const server = serverKey(url);
  const scope = [...new Set([discovery.scope ?? '', ...scopes].join(' ').split(/\s+/))].filter(Boolean).join(' ');
  if (settings.isMachine) return machineSignIn(server, discovery, settings, scope || undefined, fetchFn);
  return signIn({ server, discovery, settings, scope: scope || undefined, person, fetchFn, signal });
}
