import { ConnectionError } from '../../transport/connection-error.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { Discovery } from './discover.ts';
import { explainOAuthError } from './explain-oauth-error.ts';
import { type ClientSdk, loadSdk, resourceOf } from './load-sdk.ts';
import { withLock } from './lock.ts';
import type { ClientSettings } from './settings.ts';
import { keptTokens } from './sign-in.ts';
import { makeSignInFolder, readSignIn, type SignIn, signInFile, writeSignIn } from './sign-in-store.ts';

/** The refresh token is not taken any more: somebody has to sign in again. */
export class RefreshRefused extends CommandError {}

/**
 * Gets a new access token by the refresh token, and keeps both: the issuer may give a new refresh token each time, and take
 * one that is used twice for stolen. So one process asks, and the others take what it got.
 *
 * Source: OAuth 2.1, section 4.3.1, refresh token rotation.
 *
 * @throws {RefreshRefused}, {CommandError}, {ConnectionError}
 */
export function refresh(stale: SignIn, settings: ClientSettings, fetchFn: typeof fetch): Promise<SignIn> {
  const { server } = stale;
  makeSignInFolder();
  return withLock(signInFile(server, 'refresh.lock'), async () => {
    const kept = readSignIn(server);
    // An issuer may give out the same access token again.
    if (kept && (kept.accessToken !== stale.accessToken || kept.refreshToken !== stale.refreshToken)) return kept;
    const { issuer, metadata, client, resource, refreshToken, scope } = kept ?? stale;
    if (refreshToken === undefined) throw new RefreshRefused('There is no refresh token.', ExitCode.credentials);
    const sdk = await loadSdk();
    try {
      const isGiven = settings.clientId === client.client_id && settings.clientSecret !== undefined;
      const tokens = await sdk.refreshAuthorization(issuer, {
        metadata,
        clientInformation: {
          client_id: client.client_id,
          ...(client.client_secret !== undefined && { client_secret: client.client_secret }),
          ...(isGiven && { client_secret: settings.clientSecret }),
        },
        refreshToken,
        ...resourceOf(resource),
        fetchFn,
      });
      const renewed = { ...(kept ?? stale), expiresAt: undefined, ...keptTokens(tokens, scope) };
      writeSignIn(renewed);
      return renewed;
    } catch (error) {
      // It would not be taken the next time either.
      if (kept && isDead(error, sdk)) writeSignIn({ ...kept, refreshToken: undefined });
      throw refreshError(error, sdk);
    }
  });
}

function isDead(error: unknown, { OAuthError }: ClientSdk): boolean {
  return error instanceof OAuthError && error.code === 'invalid_grant';
}

function refreshError(error: unknown, sdk: ClientSdk): unknown {
  if (error instanceof ConnectionError) return error;
  const explained = explainOAuthError(error, 'The sign-in could not be renewed', sdk);
  const isRefused = error instanceof sdk.OAuthError && REFUSALS.has(error.code);
  return isRefused ? new RefreshRefused(explained.message, ExitCode.credentials, { cause: error }) : explained;
}

/** Source: RFC 6749, section 5.2. */
const REFUSALS = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_scope']);

/**
 * Gets a token for a machine, by client credentials, and keeps it where it can: each costs something.
 *
 * Source: RFC 6749, section 4.4; MCP extension `io.modelcontextprotocol/oauth-client-credentials`.
 */
export async function machineSignIn(
  server: string,
  { issuer, metadata, resource, scope: known }: Discovery,
  settings: ClientSettings,
  scope: string | undefined,
  fetchFn: typeof fetch,
): Promise<SignIn> {
  const sdk = await loadSdk();
  const { clientId = '', clientSecret = '' } = settings;
  const asked = scope ?? withoutOfflineAccess(known);
  try {
    const provider = new sdk.ClientCredentialsProvider({
      clientId,
      clientSecret,
      expectedIssuer: issuer,
      ...(asked !== undefined && { scope: asked }),
    });
    const tokens = await sdk.fetchToken(provider, issuer, {
      metadata,
      ...resourceOf(resource),
      ...(asked !== undefined && { scope: asked }),
      fetchFn,
    });
    const made: SignIn = {
      server,
      issuer,
      metadata,
      resource,
      client: { client_id: clientId, isMachine: true },
      ...keptTokens(tokens, asked),
    };
    try {
      writeSignIn(made);
    } catch {
      // A machine may have nowhere to write: this process keeps it.
    }
    return made;
  } catch (error) {
    throw explainOAuthError(error, 'The client could not sign in', sdk);
  }
}

/** It is for people who are away. */
function withoutOfflineAccess(scope: string | undefined): string | undefined {
  return scope?.replace(/ ?\boffline_access\b/, '').trim() || undefined;
}
