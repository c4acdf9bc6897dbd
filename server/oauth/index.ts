/**
 * What checks access tokens, for the option `auth` of `createLambdaHandler`: where people sign in, and not only IAM
 * principals.
 *
 * @see docs/oauth.md
 * @module
 */

export type { AuthInfo, RequestAuth } from '../auth.ts';
export { type CognitoOptions, cognito } from './cognito.ts';
export type { SharedOptions } from './create-auth.ts';
export { type OidcOptions, oidc } from './oidc.ts';
