export type { AuthInfo, RequestAuth } from '../auth.ts';
export { type CognitoOptions, cognito } from './cognito.ts';
export type { SharedOptions } from './create-auth.ts';
export { type OidcOptions, oidc } from './oidc.ts';
