import { asRecord, parseJson } from '../../wire/json.ts';
import type { RequestAuth } from '../auth.ts';
import { createAuth, type SharedOptions } from './create-auth.ts';
import { fetchDocument } from './fetch-document.ts';
import { isLoopbackUrl } from './loopback.ts';
import { KeysUnavailable, refused } from './refused-token.ts';
import { isSameResource } from './same-resource.ts';
import { createVerifier } from './verify-token.ts';

/** Options of {@link oidc}. */
export interface OidcOptions extends SharedOptions {
  /** As tokens name it in `iss`. */
  readonly issuer: string;
  /**
   * What tokens name in `aud`.
   * @default the server's URL
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * Where the issuer's keys are.
   * @default as the issuer's `/.well-known/openid-configuration` says
   */
  readonly jwksUri?: string | undefined;
  /**
   * Clients whose tokens are taken.
   * @default any
   */
  readonly allowedClientIds?: readonly string[] | undefined;
}

/**
 * Sign-in by any OpenID Connect issuer whose access tokens are JWTs: for the option `auth`.
 *
 * Source: RFC 9068, section 4; OpenID Connect Discovery 1.0, section 4.3.
 *
 * @throws {TypeError} for an issuer, or a place of keys, that is not https
 */
export function oidc(options: OidcOptions): RequestAuth {
  const { issuer, audience, jwksUri, jwks, allowedClientIds } = options;
  assertHttps('issuer', issuer);
  if (jwksUri !== undefined) assertHttps('jwksUri', jwksUri);
  const verifyToken = createVerifier({ issuer, jwks, jwksUri: jwksUri ?? (() => discoverKeys(issuer)) });
  return createAuth(options, {
    issuer,
    async verify(token, resources) {
      const claims = await verifyToken(token);
      const { aud, client_id, azp, sub, scope, scp, exp, token_use } = claims;
      if (token_use === 'id') throw refused('An ID token is no access token.');
      const named = [aud ?? []].flat() as string[];
      const taken = audience === undefined ? resources : [audience].flat();
      if (!named.some((each) => taken.some((one) => each === one || isSameResource(each, one)))) {
        throw refused('The token is for another resource.');
      }
      const clientId = typeof client_id === 'string' ? client_id : azp;
      if (typeof clientId !== 'string') throw refused('The token names no client.');
      if (allowedClientIds && !allowedClientIds.includes(clientId)) throw refused('The token is of another client.');
      return {
        token,
        clientId,
        user: typeof sub === 'string' && sub !== clientId ? sub : undefined,
        scopes: typeof scope === 'string' ? scope.split(' ') : ([scp ?? []].flat() as string[]),
        ...(typeof exp === 'number' && { expiresAt: exp }),
        resource: new URL(resources[0] as string),
        extra: { ...claims },
      };
    },
  });
}

async function discoverKeys(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const text = new TextDecoder().decode(await fetchDocument(url));
  const { issuer: stated, jwks_uri } = asRecord(parseJson(text));
  if (stated !== issuer) throw new KeysUnavailable(`The metadata at ${url} are of another issuer.`);
  const keys = typeof jwks_uri === 'string' ? URL.parse(jwks_uri) : null;
  if (keys && (keys.protocol === 'https:' || isLoopbackUrl(keys))) return keys.href;
  throw new KeysUnavailable(`The metadata at ${url} name no keys.`);
}

function assertHttps(option: string, text: string): void {
  const url = URL.parse(text);
  if (url && (url.protocol === 'https:' || isLoopbackUrl(url))) return;
  throw new TypeError(`${JSON.stringify(text)} is no ${option}: it is an https: URL, or http: on loopback.`);
}
