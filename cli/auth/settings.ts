import { rememberSecret } from '../../transport/signing/redact.ts';
import { isLoopback } from '../../transport/signing-scope.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';

/** What the environment, and a flag, say of the client that signs in. */
export interface ClientSettings {
  readonly clientId?: string;
  /** With it the command signs in as a machine, unless a redirect URI is given too. */
  readonly clientSecret?: string;
  readonly redirectUri: URL;
  /** Whether it signs in as itself, by client credentials. */
  readonly isMachine: boolean;
  /** The only issuer that may be asked; undefined: the one that the server names. */
  readonly issuer?: string;
}

/** As `McpUserPool` registers it. */
const DEFAULT_REDIRECT_URI = 'http://localhost:33418/callback';

/**
 * Reads `OAUTH_CLIENT_ID`, `OAUTH_CLIENT_SECRET`, `OAUTH_REDIRECT_URI` and `OAUTH_ISSUER`.
 *
 * @param clientId of the flag `--client-id`, which goes first
 * @throws {UsageError} for a redirect URI that is none, and for a secret without an id
 */
export function readClientSettings(clientId: string | undefined, env = process.env): ClientSettings {
  const id = clientId ?? (env.OAUTH_CLIENT_ID?.trim() || undefined);
  const secret = env.OAUTH_CLIENT_SECRET?.trim() || undefined;
  const issuer = env.OAUTH_ISSUER?.trim() || undefined;
  rememberSecret(secret);
  const given = env.OAUTH_REDIRECT_URI?.trim() || undefined;
  const redirectUri = URL.parse(given ?? DEFAULT_REDIRECT_URI);
  if (!redirectUri || !/^https?:$/.test(redirectUri.protocol) || redirectUri.hash !== '') {
    throw new UsageError(
      `OAUTH_REDIRECT_URI takes a URL such as ${DEFAULT_REDIRECT_URI}, as the client registered it.`,
    );
  }
  if (secret !== undefined && id === undefined) {
    throw new UsageError('OAUTH_CLIENT_SECRET is set without OAUTH_CLIENT_ID. Set both, or neither.');
  }
  return {
    ...(id !== undefined && { clientId: id }),
    ...(secret !== undefined && { clientSecret: secret }),
    redirectUri,
    isMachine: secret !== undefined && given === undefined,
    ...(issuer !== undefined && { issuer }),
  };
}

/** Whether this command can take up what comes to a redirect URI by itself. */
export function isOwnCallback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && isLoopback(hostname);
}

/** The token of `ACCESS_TOKEN`, with `Bearer` before it or without. @throws {CommandError} when it is not set */
export function readAccessToken(): string {
  const token = process.env.ACCESS_TOKEN?.trim().replace(/^bearer\s+/i, '');
  if (token) return token;
  throw new CommandError('ACCESS_TOKEN is not set, and --auth token sends it.', ExitCode.credentials, {
    advice: 'Set it to a token that the server takes.',
  });
}
