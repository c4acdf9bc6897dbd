export type { PolicyDocument } from './iam/policy.ts';
export type { LocalLambda, LocalLambdaOptions } from './local-lambda.ts';
export type { LocalPrincipal, LocalPrincipalOptions } from './principals.ts';
export type { AddPermissionInput } from './resource-policy.ts';
export type {
  CognitoAuthorizerOptions,
  LambdaAuthorizerOptions,
  LocalRestApiOptions,
} from './rest-api/rest-api-options.ts';
export { startLocalLambda } from './start.ts';
