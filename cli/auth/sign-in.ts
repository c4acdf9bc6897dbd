import type { OAuthTokens } from '@modelcontextprotocol/client';
import { rememberSecret } from '../../transport/signing/redact.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { askPerson, codeIn, Declined } from './authorize.ts';
import { clientOf } from './client-of.ts';
import type { Discovery } from './discover.ts';
import { explainOAuthError } from './explain-oauth-error.ts';
import { loadSdk, resourceOf } from './load-sdk.ts';
import { withLock } from './lock.ts';
import type { Person } from './person.ts';
import type { ClientSettings } from './settings.ts';
import {
  type KeptClient,
  makeSignInFolder,
  markDeclined,
  readSignIn,
  type SignIn,
  signInFile,
  wasDeclined,
  writeSignIn,
} from './sign-in-store.ts';

export interface SignInOptions {
  /** As `serverKey` writes it. */
  readonly server: string;
  readonly discovery: Discovery;
  readonly settings: ClientSettings;
  /** What to ask for, in place of what the server asks for. */
  readonly scope?: string | undefined;
  readonly person: Person;
  readonly fetchFn: typeof fetch;
  /** Gives it up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs a person in, by the authorization code flow with PKCE, and keeps it. Of several processes that want it at once one
 * asks, and the others get what came of it.
 *
 * Source: OAuth 2.1, section 4.1; MCP specification, "Authorization flow steps"; RFC 9207 for `iss`.
 *
 * @throws {CommandError}
 */
export async function signIn(options: SignInOptions): Promise<SignIn> {
  const { server, person, signal } = options;
  makeSignInFolder();
  const before = readSignIn(server)?.accessToken;
  const since = Date.now();
  const lock = signInFile(server, 'sign-in.lock');
  const once = async (waited: boolean) => {
    const meanwhile = readSignIn(server);
    if (waited && meanwhile && meanwhile.accessToken !== before) return meanwhile;
    if (waited && wasDeclined(server, since)) {
      throw new Declined(`Another process asked, and nobody signed in to ${server}.`, ExitCode.credentials);
    }
    try {
      const made = await (person.askForRedirect ? ask(options) : withPort(options));
      writeSignIn(made);
      return made;
    } catch (error) {
      if (error instanceof Declined) markDeclined(server);
      throw error;
    }
  };
  return withLock(lock, once, signal);
}

/** @param scope to be asked for beside what the server asks for; it may be a server's word */
export function loginAdvice(server: string, scope?: string): string {
  const isPlain = scope !== undefined && /^[\w:/.*+ -]+$/.test(scope);
  return `Sign in: \`lambda-mcp login ${server}${isPlain ? ` --scope "${scope}"` : ''}\`.`;
}

/** The browser comes back to one port, whichever server it is for. */
function withPort(options: SignInOptions): Promise<SignIn> {
  const { port, protocol } = options.settings.redirectUri;
  const anyServer = `${protocol}//callback/`;
  return withLock(signInFile(anyServer, `port-${port || 80}.lock`), () => ask(options), options.signal);
}

async function ask({ server, discovery, settings, person, fetchFn, signal, ...rest }: SignInOptions): Promise<SignIn> {
  const sdk = await loadSdk();
  const { issuer, metadata, resource } = discovery;
  if (metadata.authorization_endpoint === undefined) {
    throw new CommandError(`${issuer} has no page at which people sign in.`, ExitCode.failed);
  }
  const { redirectUri } = settings;
  const scope = rest.scope ?? discovery.scope;
  const client = await clientOf(discovery, settings, readSignIn(server), sdk, fetchFn);
  let codeVerifier = '';
  const params = await askPerson({
    redirectUri,
    person,
    signal,
    elsewhere: `In a terminal: \`lambda-mcp login ${server} --no-browser\`.`,
    async start(state) {
      try {
        const started = await sdk.startAuthorization(issuer, {
          metadata,
          clientInformation: client as KeptClient & { client_secret?: string },
          redirectUrl: redirectUri,
          state,
          ...(scope !== undefined && { scope }),
          ...resourceOf(resource),
        });
        codeVerifier = started.codeVerifier;
        rememberSecret(codeVerifier);
        return started.authorizationUrl;
      } catch (error) {
        throw explainOAuthError(error, 'Signing in is not possible', sdk);
      }
    },
  });
  try {
    const iss = params.get('iss') ?? undefined;
    sdk.validateAuthorizationResponseIssuer({
      iss,
      expectedIssuer: issuer,
      issParameterSupported: metadata.authorization_response_iss_parameter_supported === true,
    });
    const code = codeIn(params);
    rememberSecret(code);
    const tokens = await sdk.exchangeAuthorization(issuer, {
      metadata,
      clientInformation: client as KeptClient & { client_secret?: string },
      authorizationCode: code,
      ...(iss !== undefined && { iss }),
      codeVerifier,
      redirectUri,
      ...resourceOf(resource),
      fetchFn,
    });
    return { server, issuer, metadata, resource, client: keepable(client, settings), ...keptTokens(tokens, scope) };
  } catch (error) {
    throw explainOAuthError(error, 'Signing in failed', sdk);
  }
}

/** A secret that was given by the environment stays there. */
function keepable(client: KeptClient, { clientSecret }: ClientSettings): KeptClient {
  const { client_secret, ...rest } = client;
  return client_secret === undefined || client_secret === clientSecret ? rest : client;
}

/** @throws {CommandError} for tokens of a kind that is not sent as they are */
export function keptTokens(tokens: OAuthTokens, asked: string | undefined) {
  for (const secret of [tokens.access_token, tokens.refresh_token, tokens.id_token]) rememberSecret(secret);
  if (tokens.token_type.toLowerCase() !== 'bearer') {
    throw new CommandError('The authorization server gives tokens that are no bearer tokens.', ExitCode.failed);
  }
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: lifetime, scope = asked } = tokens;
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(lifetime !== undefined && { expiresAt: Date.now() + lifetime * 1000 }),
    ...(scope !== undefined && { scope }),
  };
}
