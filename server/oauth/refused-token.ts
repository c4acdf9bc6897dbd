import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';
import {
  FetchError,
  JwksValidationError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';

/** The issuer's keys cannot be had, so that nobody can say whether a token is good. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** A token that is not taken, and which check refused it. */
export function refused(why: string): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, why);
}

/** In our own words: those of the library may hold a part of the token. */
const REASONS: readonly (readonly [abstract new (...args: never[]) => Error, string])[] = [
  [JwtExpiredError, 'The token has expired.'],
  [JwtNotBeforeError, 'The token is not valid yet.'],
  [JwtInvalidIssuerError, 'The token is of another issuer.'],
  [JwtInvalidSignatureAlgorithmError, 'The token is signed by an algorithm that is not taken.'],
  [JwtInvalidSignatureError, 'The signature is wrong.'],
  [KidNotFoundInJwksError, 'The token is signed by a key that its issuer does not have.'],
  // The issuer's keys were read a few seconds ago, and this one was not among them.
  [WaitPeriodNotYetEndedJwkError, 'The token is signed by a key that its issuer does not have.'],
];

/** What a verifier's error means for whoever sent the token. */
export function explainRefusal(error: unknown): Error {
  if (error instanceof OAuthError || error instanceof KeysUnavailable) return error;
  if (error instanceof FetchError || error instanceof JwksValidationError || error instanceof JwkValidationError) {
    return new KeysUnavailable("The issuer's keys cannot be read.", { cause: error });
  }
  const [, why] = REASONS.find(([kind]) => error instanceof kind) ?? [];
  return refused(why ?? 'The token is no JWT that can be read.');
}
