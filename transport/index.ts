/**
 * What an agent uses: a `fetch` that signs, or that calls the Lambda Invoke API. It goes wherever an MCP client or a
 * framework takes a `fetch`.
 *
 * @see docs/credentials-and-networks.md
 * @module
 */

export type { AgentFetchOptions } from './agent-fetch.ts';
export { type AwsFetchOptions, awsFetch } from './aws-fetch.ts';
export { ConnectionError } from './connection-error.ts';
export {
  CredentialsError,
  IdleTimeoutError,
  RedirectError,
  RequestBodyError,
  RequestTooLargeError,
  TargetError,
  TransportError,
} from './errors.ts';
export { type InvokeFetchOptions, invokeFetch } from './invoke-fetch.ts';
export type { CredentialsOptions } from './signing/credentials.ts';
export { type SigV4FetchOptions, sigv4Fetch } from './sigv4-fetch.ts';
export type { TokenAuth } from './stages/bearer.ts';
export type { Retry, RetryOptions } from './stages/retry.ts';
