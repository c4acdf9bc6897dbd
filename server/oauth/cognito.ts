import type { RequestAuth } from '../auth.ts';
import { localIssuer, poolDomain, poolIssuer } from './cognito-pool.ts';
import { createAuth, type SharedOptions } from './create-auth.ts';
import { refused } from './refused-token.ts';
import { isSameResource } from './same-resource.ts';
import { type Claims, createVerifier } from './verify-token.ts';

/** Options of {@link cognito}. Each is read from the environment where it is left out, as `McpFunction` sets it. */
export interface CognitoOptions extends SharedOptions {
  /**
   * Id of the user pool, such as `eu-central-1_AbCdEfGhI`.
   * @default COGNITO_USER_POOL_ID
   */
  readonly userPoolId?: string | undefined;
  /**
   * Region of the user pool.
   * @default COGNITO_REGION, else the pool's own, which its id begins with
   */
  readonly region?: string | undefined;
  /**
   * App clients whose tokens are taken; others are refused, whatever their tokens say.
   * @default COGNITO_ALLOWED_CLIENT_IDS, with commas between them; else any client of the pool
   */
  readonly allowedClientIds?: readonly string[] | undefined;
  /**
   * Identifier of the resource server that stands for this server in the pool. A token without `aud` is taken when it has
   * one of its scopes, `IDENTIFIER/NAME`, or when its client is allowed by name.
   * @default COGNITO_RESOURCE_SERVER
   */
  readonly resourceServer?: string | undefined;
  /**
   * The pool's domain, a prefix or a whole host: only `metadataFront` needs it.
   * @default COGNITO_DOMAIN
   */
  readonly domain?: string | undefined;
  /**
   * Whether this server tells the pool's metadata in its own name, for clients that refuse those of Cognito.
   * @default false
   */
  readonly metadataFront?: boolean | undefined;
  /**
   * An issuer on loopback, for local use.
   * @default COGNITO_ISSUER
   */
  readonly issuer?: string | undefined;
}

/**
 * Sign-in by an Amazon Cognito user pool: for the option `auth`.
 *
 * Source: Amazon Cognito Developer Guide, "Understanding the access token", "Resource binding".
 *
 * @throws {TypeError} for a pool, region, domain or issuer that cannot be meant
 */
export function cognito(options: CognitoOptions = {}): RequestAuth {
  const { env } = process;
  const local = options.issuer ?? env.COGNITO_ISSUER;
  const issuer = local
    ? localIssuer(local)
    : poolIssuer(options.userPoolId ?? env.COGNITO_USER_POOL_ID, options.region ?? env.COGNITO_REGION);
  const allowedClientIds = options.allowedClientIds ?? readList(env.COGNITO_ALLOWED_CLIENT_IDS);
  const resourceServer = options.resourceServer ?? env.COGNITO_RESOURCE_SERVER;
  const domain = options.domain ?? env.COGNITO_DOMAIN;
  // Told at once where a pool id stands in its place.
  const origin = domain ? poolDomain(domain, issuer) : undefined;
  if (options.metadataFront && !origin) {
    throw new TypeError("metadataFront needs the pool's domain: set the option domain, or COGNITO_DOMAIN.");
  }
  const verifyToken = createVerifier({ issuer, jwksUri: `${issuer}/.well-known/jwks.json`, jwks: options.jwks });

  return createAuth(options, {
    issuer,
    async verify(token, resources) {
      const claims = await verifyToken(token);
      const { client_id, username, sub, exp, token_use } = claims;
      if (token_use !== 'access') throw refused('It is no access token: token_use is another.');
      if (typeof client_id !== 'string') throw refused('The token names no client.');
      const scopes = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
      if (allowedClientIds && !allowedClientIds.includes(client_id)) throw refused('The token is of another client.');
      assertForUs(claims, scopes, resources);
      return {
        token,
        clientId: client_id,
        user: typeof username === 'string' ? username : sub !== client_id && typeof sub === 'string' ? sub : undefined,
        scopes,
        ...(typeof exp === 'number' && { expiresAt: exp }),
        resource: new URL(resources[0] as string),
        extra: { ...claims },
      };
    },
    ...(options.metadataFront && origin && { front: (own) => frontMetadata(own, origin, issuer) }),
  });

  /** Cognito names an audience only where the client asked for a resource, and never in a machine's token. */
  function assertForUs({ aud }: Claims, scopes: readonly string[], resources: readonly string[]): void {
    if (aud !== undefined) {
      const named = [aud].flat() as string[];
      if (named.some((each) => resources.some((one) => isSameResource(each, one)))) return;
      throw refused('The token is for another resource.');
    }
    if (allowedClientIds || (resourceServer && scopes.some((scope) => scope.startsWith(`${resourceServer}/`)))) return;
    throw refused('The token is for no resource, and its client is not allowed by name.');
  }
}

/** As RFC 8414 asks for it. Source: Amazon Cognito Developer Guide, "User pool endpoints". */
function frontMetadata(own: string, domain: string, issuer: string) {
  return {
    issuer: own,
    authorization_endpoint: `${domain}/oauth2/authorize`,
    token_endpoint: `${domain}/oauth2/token`,
    revocation_endpoint: `${domain}/oauth2/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  };
}

function readList(text: string | undefined): string[] | undefined {
  const names = (text ?? '').split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  return given.length > 0 ? given : undefined;
}
