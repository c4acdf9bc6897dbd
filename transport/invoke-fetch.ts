import { type AgentFetchOptions, createAgentFetch } from './agent-fetch.ts';
import { readFunctionTarget } from './function-target.ts';
import { type InvokeOptions, invoke } from './stages/invoke.ts';

/** Options of {@link invokeFetch}. */
export interface InvokeFetchOptions extends AgentFetchOptions, InvokeOptions {}

/**
 * A `fetch` that invokes a function through the Lambda API, with the event that its URL would have made of the request.
 *
 * Of the request's URL the function gets path and query only. The response streams as the function writes it. Lambda
 * tells the function nothing about who invoked it, so the server's `caller` is undefined.
 *
 * Refusals are responses: 403 access denied, 404 no such function, 413 too large, 429 throttled throughout, 502 the
 * function failed. It throws {@link TargetError}, {@link CredentialsError} and {@link RequestTooLargeError} before anything
 * is sent; {@link IdleTimeoutError}; and {@link ConnectionError}, which says whether anything was sent.
 *
 * Source: AWS Lambda API Reference, InvokeWithResponseStream.
 */
export function invokeFetch(functionNameOrArn: string, options: InvokeFetchOptions = {}): typeof fetch {
  return createAgentFetch(options, [invoke(readFunctionTarget(functionNameOrArn), options)]);
}
