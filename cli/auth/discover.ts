import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import { ConnectionError } from '../../transport/connection-error.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { explainOAuthError } from './explain-oauth-error.ts';
import type { ClientSdk } from './load-sdk.ts';
import { assertSafe } from './oauth-fetch.ts';

/** What a refusal asks for. Source: RFC 6750, section 3; RFC 9728, section 5.1. */
export interface Challenge {
  readonly resourceMetadataUrl?: URL | undefined;
  readonly scope?: string | undefined;
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
}

/** Where people sign in to a server. */
export interface Discovery {
  readonly issuer: string;
  readonly metadata: AuthorizationServerMetadata;
  /** Undefined where the server has no metadata of its own, and is its own authorization server. */
  readonly resource: string | undefined;
  /** What the server asks for; undefined: it does not say. */
  readonly scope: string | undefined;
}

/**
 * Finds out where people sign in to a server: its own metadata name the authorization server, which has some too. Both are
 * believed only where they belong to whom they speak for.
 *
 * Source: MCP specification 2026-07-28, "Authorization server discovery"; RFC 9728, sections 3.3 and 7; RFC 8414, section 3.3.
 *
 * @param wanted the issuer to take, where the server names several; default: the first
 * @throws {CommandError} when nobody signs in there, or the metadata are not to be trusted
 */
export async function discover(
  server: URL,
  challenge: Challenge,
  sdk: ClientSdk,
  fetchFn: typeof fetch,
  wanted?: string,
): Promise<Discovery> {
  const protectedResource = await readResourceMetadata(server, challenge.resourceMetadataUrl, sdk, fetchFn);
  const issuers = protectedResource?.authorization_servers ?? [];
  const named = issuers.find((each) => each === wanted) ?? issuers[0] ?? new URL('/', server).href;
  assertSafe(parseIssuer(named), server);
  const metadata = await readServerMetadata(named, sdk, fetchFn);
  if (!metadata) {
    throw new CommandError(
      protectedResource
        ? `The authorization server ${named} tells no metadata.`
        : `${server.origin} says nowhere where people sign in: it has no /.well-known/oauth-protected-resource.`,
      ExitCode.failed,
      {
        advice: protectedResource
          ? undefined
          : 'Is this a server that people sign in to? --auth iam signs for AWS IAM.',
      },
    );
  }
  for (const endpoint of ENDPOINTS) {
    const url: unknown = (metadata as Record<string, unknown>)[endpoint];
    if (url !== undefined) assertSafe(parseIssuer(String(url)), server);
  }
  const asked = challenge.scope ?? protectedResource?.scopes_supported?.join(' ');
  return {
    issuer: metadata.issuer,
    metadata,
    resource: protectedResource?.resource,
    scope: withOfflineAccess(asked, metadata),
  };
}

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint'] as const;

async function readResourceMetadata(
  server: URL,
  resourceMetadataUrl: URL | undefined,
  sdk: ClientSdk,
  fetchFn: typeof fetch,
) {
  if (resourceMetadataUrl && resourceMetadataUrl.origin !== server.origin) {
    throw new CommandError(
      `${server.origin} names metadata at ${resourceMetadataUrl.origin}. A server's own are at its own origin.`,
      ExitCode.refused,
    );
  }
  let status = 0;
  const observing: typeof fetch = async (input, init) => {
    const response = await fetchFn(input, init);
    status = response.status;
    return response;
  };
  try {
    const found = await sdk.discoverOAuthProtectedResourceMetadata(
      server,
      resourceMetadataUrl ? { resourceMetadataUrl } : {},
      observing,
    );
    if (!sdk.checkResourceAllowed({ requestedResource: server, configuredResource: found.resource })) {
      throw new CommandError(
        `The metadata at ${server.origin} are those of another server: ${found.resource}.`,
        ExitCode.refused,
      );
    }
    return found;
  } catch (error) {
    if (error instanceof CommandError || error instanceof ConnectionError) throw error;
    // It has none: servers of 2025-03-26 were their own authorization servers.
    if (status >= 400 && status < 500) return undefined;
    const where = `${server.origin}/.well-known/oauth-protected-resource`;
    if (status < 500) throw new CommandError(`The metadata at ${where} are not as RFC 9728 has them.`, ExitCode.failed);
    throw new CommandError(`The metadata at ${where} cannot be read (${status}).`, ExitCode.unreachable);
  }
}

async function readServerMetadata(named: string, sdk: ClientSdk, fetchFn: typeof fetch) {
  let status = 0;
  let whole: object = {};
  try {
    const read = await sdk.discoverAuthorizationServerMetadata(named, {
      fetchFn: async (input, init) => {
        const response = await fetchFn(input, init);
        status = response.status;
        if (response.ok) whole = (await response.clone().json()) as object;
        return response;
      },
    });
    // Of a document of OpenID Connect the SDK leaves out what OAuth alone knows, such as where to revoke.
    return read && ({ ...whole, ...read } as AuthorizationServerMetadata);
  } catch (error) {
    if (status >= 500) {
      throw new CommandError(`The authorization server ${named} fails (${status}).`, ExitCode.unreachable, {
        advice: 'Try again later.',
      });
    }
    throw explainOAuthError(error, 'Signing in is not possible', sdk);
  }
}

function parseIssuer(text: string): URL {
  const url = URL.parse(text);
  if (url) return url;
  throw new CommandError(
    `The server names ${JSON.stringify(text.slice(0, 200))} as a place to sign in.`,
    ExitCode.refused,
  );
}

/**
 * Without it some issuers give no refresh token.
 *
 * Source: MCP specification 2026-07-28, "Refresh tokens": where the issuer knows the scope, a client may ask for it.
 */
function withOfflineAccess(scope: string | undefined, { scopes_supported: known }: AuthorizationServerMetadata) {
  if (scope === undefined || !known?.includes('offline_access')) return scope;
  return scope.split(' ').includes('offline_access') ? scope : `${scope} offline_access`;
}
