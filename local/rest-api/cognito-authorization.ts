import type { JWTPayload } from 'jose';
import type { Authorize } from './authorize.ts';
import { GATEWAY_RESPONSES } from './gateway-response.ts';
import type { CognitoAuthorizerOptions } from './rest-api-options.ts';

/**
 * Authorization by a user pool's token, with or without `Bearer ` before it: where the method has scopes an access token
 * with one of them, else an ID token.
 *
 * Source: Amazon API Gateway Developer Guide, "Integrate a REST API with an Amazon Cognito user pool"; Amazon Cognito
 * Developer Guide, "Verifying JSON web tokens".
 *
 * @throws Error when jose is not installed
 */
export async function cognitoAuthorization(
  { issuer, jwksUri = `${issuer}/.well-known/jwks.json`, scopes = [] }: CognitoAuthorizerOptions,
  report: (line: string) => void,
): Promise<Authorize> {
  const { createRemoteJWKSet, errors, jwtVerify } = await import('jose').catch((cause: unknown) => {
    throw new Error('The local Cognito authorizer verifies tokens with jose: npm install --save-dev jose.', { cause });
  });
  const keys = createRemoteJWKSet(new URL(jwksUri));
  return async (incoming) => {
    const token = (incoming.header('authorization') ?? '').replace(/^Bearer +/i, '');
    try {
      const required = ['exp', 'token_use'];
      const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], requiredClaims: required });
      const problem = problemOf(payload, scopes);
      if (problem === undefined) return { admitted: { authorizer: { claims: toText(payload) } } };
      report(`refused: ${problem}`);
      return { refusal: GATEWAY_RESPONSES.unauthorized };
    } catch (error) {
      report(`refused: the token is not valid: ${(error as Error).message}`);
      const isExpired = error instanceof errors.JWTExpired;
      return { refusal: isExpired ? GATEWAY_RESPONSES.expired : GATEWAY_RESPONSES.unauthorized };
    }
  };
}

function problemOf({ token_use: use, scope }: JWTPayload, scopes: readonly string[]): string | undefined {
  if (scopes.length === 0) return use === 'id' ? undefined : 'a method without scopes takes an ID token';
  if (use !== 'access') return 'a method with scopes takes an access token';
  const has = typeof scope === 'string' ? scope.split(' ') : [];
  return scopes.some((one) => has.includes(one)) ? undefined : 'the token has none of the method’s scopes';
}

/** The function gets every claim as text. */
function toText(payload: JWTPayload): Record<string, string> {
  const text = (value: unknown) => (Array.isArray(value) ? value.join(',') : String(value));
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, text(value)]));
}
