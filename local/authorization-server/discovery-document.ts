import type { Pool } from './pool.ts';

/**
 * The metadata that a pool tells, with what it leaves out: `code_challenge_methods_supported`, and `iss` in redirects.
 *
 * Source: Amazon Cognito Developer Guide, "User pool endpoints"; that it leaves it out is reported.
 */
export function discoveryDocument(origin: string, { id }: Pick<Pool, 'id'>): Record<string, unknown> {
  return {
    authorization_endpoint: `${origin}/oauth2/authorize`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: `${origin}/${id}`,
    jwks_uri: `${origin}/${id}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${origin}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${origin}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  };
}
