import { type Jwks, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { fetchDocument } from './fetch-document.ts';
import { explainRefusal } from './refused-token.ts';

/** The claims of a token whose signature, issuer and times are right. */
export type Claims = Readonly<Record<string, unknown>>;

export interface Issuer {
  readonly issuer: string;
  /** Where its keys are, or how to find that out. */
  readonly jwksUri: string | (() => Promise<string>);
  /** Keys known beforehand. */
  readonly jwks?: { readonly keys: readonly object[] } | undefined;
}

/** How long keys are good without being read anew, and how often that is tried; milliseconds. */
const MAX_AGE = 3_600_000;
const RETRY_AFTER = 60_000;

/**
 * Checks tokens of one issuer: signature, issuer and times. Keys are read when the first token comes, when one names a
 * key that is not known (at most every ten seconds), and every hour, so that a key which the issuer withdraws ends here
 * too. While they cannot be read, the known ones go on being good.
 *
 * @returns its function throws an `OAuthError` for a token that is not good, `KeysUnavailable` when nobody can say
 */
export function createVerifier({ issuer, jwksUri, jwks }: Issuer): (token: string) => Promise<Claims> {
  let nextRead = Date.now() + MAX_AGE;
  const cache = new SimpleJwksCache({ fetcher: { fetch: fetchDocument } });
  const create = (uri: string) => {
    const verifier = JwtVerifier.create({ issuer, jwksUri: uri, audience: null }, { jwksCache: cache });
    if (jwks) verifier.cacheJwks(jwks as unknown as Jwks);
    return verifier;
  };
  let known = typeof jwksUri === 'string' ? create(jwksUri) : undefined;

  return async (token) => {
    try {
      known ??= create(await (jwksUri as () => Promise<string>)());
      const verifier = known;
      if (Date.now() > nextRead) {
        nextRead = Date.now() + RETRY_AFTER;
        void verifier.hydrate().then(
          () => {
            nextRead = Date.now() + MAX_AGE;
          },
          () => {},
        );
      }
      return await verifier.verify(token);
    } catch (error) {
      throw explainRefusal(error);
    }
  };
}
