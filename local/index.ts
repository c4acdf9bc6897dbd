/**
 * Lambda on your machine, for tests and for programs that start it: signatures are verified, IAM policies evaluated, and the
 * function runs in processes that speak the Runtime API. `lambda-mcp dev` is the same as a command.
 *
 * @see docs/local.md
 * @module
 */

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
