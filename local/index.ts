export type { PolicyDocument } from './iam/policy.ts';
export type { LocalPrincipal, LocalPrincipalOptions } from './principals.ts';
export type { AddPermissionInput } from './resource-policy.ts';
export { type LocalLambda, type LocalLambdaOptions, startLocalLambda } from './start.ts';
