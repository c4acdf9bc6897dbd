import { CommandError, ExitCode } from '../exit-code.ts';
import type { Discovery } from './discover.ts';
import { explainOAuthError } from './explain-oauth-error.ts';
import type { ClientSdk } from './load-sdk.ts';
import type { ClientSettings } from './settings.ts';
import type { KeptClient, SignIn } from './sign-in-store.ts';

/**
 * The client to sign in with: the one that was given; else the one that signed in before, at the same issuer; else one that
 * is registered now.
 *
 * Source: MCP specification 2026-07-28, "Client registration": what is registered beforehand goes first, and registration
 * on the spot last.
 *
 * @throws {CommandError} when there is none
 */
export async function clientOf(
  { issuer, metadata, scope }: Discovery,
  { clientId, clientSecret, redirectUri }: ClientSettings,
  kept: SignIn | undefined,
  sdk: ClientSdk,
  fetchFn: typeof fetch,
): Promise<KeptClient> {
  if (clientId !== undefined) return { client_id: clientId, ...(clientSecret && { client_secret: clientSecret }) };
  const before = kept?.issuer === issuer ? kept.client : undefined;
  if (before && (before.registeredFor ?? redirectUri.href) === redirectUri.href) return before;
  if (metadata.registration_endpoint === undefined) {
    throw new CommandError(
      `${issuer} registers no clients by itself, so that it must know this one beforehand.`,
      ExitCode.usage,
      { advice: `Give --client-id, or OAUTH_CLIENT_ID: a client whose callback is ${redirectUri.href}.` },
    );
  }
  try {
    const { client_id, client_secret } = await sdk.registerClient(issuer, {
      metadata,
      clientMetadata: {
        client_name: 'lambda-mcp',
        redirect_uris: [redirectUri.href],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      },
      ...(scope !== undefined && { scope }),
      fetchFn,
    });
    return { client_id, ...(client_secret && { client_secret }), registeredFor: redirectUri.href };
  } catch (error) {
    throw explainOAuthError(error, 'The client could not be registered', sdk);
  }
}
