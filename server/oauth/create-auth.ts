import {
  type AuthMetadataOptions,
  bearerAuthChallengeResponse,
  getOAuthProtectedResourceMetadataUrl,
  OAuthError,
  OAuthErrorCode,
  oauthMetadataResponse,
  verifyBearerToken,
} from '@modelcontextprotocol/server';
import { asRecord } from '../../wire/json.ts';
import type { AuthInfo, RequestAuth } from '../auth.ts';
import { logError } from '../log-error.ts';
import { KeysUnavailable } from './refused-token.ts';
import { readServerUrl } from './server-url.ts';

/** What `cognito()` and `oidc()` both take. */
export interface SharedOptions {
  /**
   * The server's URL, as its clients know it: what tokens are issued for.
   * @default MCP_SERVER_URL; else, on a function URL alone, the URL itself
   */
  readonly resource?: string | undefined;
  /**
   * Scopes that every request needs.
   * @default []
   */
  readonly scopes?: readonly string[] | undefined;
  /** Scopes that the call of a tool needs beside those, by the tool's name. */
  readonly toolScopes?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The server's name, for the person who is asked to consent. */
  readonly resourceName?: string | undefined;
  /** Keys of the issuer that are known beforehand, as its JWKS document holds them. */
  readonly jwks?: { readonly keys: readonly object[] } | undefined;
}

interface Parts {
  readonly issuer: string;
  /**
   * Checks a token.
   *
   * @param resources URLs that name this server
   * @throws {OAuthError} for a token that is not taken
   */
  verify(token: string, resources: readonly string[]): Promise<AuthInfo>;
  /** The authorization server's metadata, where the server tells them itself; its issuer is then the server's origin. */
  front?(origin: string): AuthMetadataOptions['oauthMetadata'];
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/**
 * Makes an MCP server a resource server, by the SDK's own half for it: metadata at both well-known paths, 401 and 403
 * with `WWW-Authenticate`, and 503 while the issuer's keys cannot be read.
 *
 * Source: MCP specification, "Authorization"; RFC 9728; RFC 6750.
 */
export function createAuth(options: SharedOptions, { issuer, verify, front }: Parts): RequestAuth {
  const { scopes = [], resourceName } = options;
  const toolScopes = new Map(Object.entries(options.toolScopes ?? {}));
  const own = readServerUrl(options.resource);

  /** The server that a request asks, and what else a token for it may name. */
  function serverOf(request: Request, isOwnUrl: boolean): { resource: URL; also: string[] } | undefined {
    if (own) return { resource: own, also: [] };
    if (!isOwnUrl) return undefined;
    const { origin, pathname } = new URL(request.url);
    const path = pathname.startsWith(WELL_KNOWN) ? pathname.slice(WELL_KNOWN.length) : pathname;
    // The whole host of a function URL is this server.
    return { resource: new URL(path || '/', origin), also: [origin] };
  }

  function challenge(requiredScopes: readonly string[], resource: URL) {
    return { requiredScopes: [...requiredScopes], resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource) };
  }

  return {
    resource: own,
    describe(request, isOwnUrl) {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith('/.well-known/oauth-')) return undefined;
      const resource = serverOf(request, isOwnUrl)?.resource;
      if (!resource) return unknownServer();
      const oauthMetadata = front?.(resource.origin) ?? ({ issuer } as AuthMetadataOptions['oauthMetadata']);
      const metadata = {
        oauthMetadata,
        resourceServerUrl: resource,
        ...(scopes.length > 0 && { scopesSupported: [...scopes] }),
        ...(resourceName !== undefined && { resourceName }),
      };
      if (!front && pathname.startsWith('/.well-known/oauth-authorization-server')) return notHere();
      // A client that leaves out the path asks at the root.
      const asked =
        pathname === WELL_KNOWN ? new Request(challenge([], resource).resourceMetadataUrl, request) : request;
      return oauthMetadataResponse(asked, metadata) ?? notHere();
    },

    async authenticate(request, isOwnUrl) {
      const server = serverOf(request, isOwnUrl);
      if (!server) return unknownServer();
      const { resource, also } = server;
      const resources = [resource.href, ...also];
      const verifier = { verifyAccessToken: (token: string) => verify(token, resources) };
      const [authorization] = (request.headers.get('authorization') ?? '').split(',', 1);
      const asked = challenge(scopes, resource);
      try {
        return (await verifyBearerToken(authorization, { verifier, ...asked })) as AuthInfo;
      } catch (error) {
        if (error instanceof KeysUnavailable) return keysUnavailable(error);
        if (!(error instanceof OAuthError)) logError(error);
        return bearerAuthChallengeResponse(error, asked);
      }
    },

    refuse(message, { scopes: held, resourceMetadataUrl = '' }) {
      const { method, params } = asRecord(message);
      const { name } = asRecord(params);
      const needed = method === 'tools/call' && typeof name === 'string' ? (toolScopes.get(name) ?? []) : [];
      if (needed.every((scope) => held.includes(scope))) return undefined;
      const error = new OAuthError(OAuthErrorCode.InsufficientScope, 'This tool needs more scopes.');
      return bearerAuthChallengeResponse(error, { requiredScopes: [...scopes, ...needed], resourceMetadataUrl });
    },
  };
}

/** Not 401: whoever gets that throws a good token away. */
function keysUnavailable(error: KeysUnavailable): Response {
  logError(error);
  const body = { error: 'temporarily_unavailable', error_description: `${error.message} Try again.` };
  return Response.json(body, { status: 503, headers: { 'retry-after': '5' } });
}

function unknownServer(): Response {
  logError(
    new Error(
      'OAuth: this server does not know its own URL, so that it cannot tell whether a token is for it. Set the option ' +
        'resource, or MCP_SERVER_URL; only behind a function URL it is known by itself.',
    ),
  );
  const body = { error: 'server_error', error_description: 'The server does not know its own URL.' };
  return Response.json(body, { status: 500 });
}

function notHere(): Response {
  return Response.json({ error: 'not_found' }, { status: 404, headers: { 'access-control-allow-origin': '*' } });
}
