import { readRuntimeTarget } from './runtime-target.ts';
import { type SigV4FetchOptions, sigv4Fetch } from './sigv4-fetch.ts';

/**
 * What the SDK's transport takes, for a server that is called with signatures.
 *
 * @param target URL of the server, or the ARN of an agent runtime of AgentCore or of its endpoint
 */
export function sigv4Target<Options extends SigV4FetchOptions>(
  target: string | URL,
  options: Options,
): [url: URL, options: Options & { fetch: typeof fetch }] {
  const runtime = readRuntimeTarget(String(target), options);
  return [runtime?.url ?? new URL(target), { ...options, fetch: sigv4Fetch({ ...options, ...runtime?.scope }) }];
}
