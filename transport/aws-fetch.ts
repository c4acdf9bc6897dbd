import { TargetError } from './errors.ts';
import { type InvokeFetchOptions, invokeFetch } from './invoke-fetch.ts';
import { readRuntimeTarget } from './runtime-target.ts';
import { type SigV4FetchOptions, sigv4Fetch, sigv4FetchTo } from './sigv4-fetch.ts';

/** Options of {@link awsFetch}. Those of the other way, by URL or by name, are ignored. */
export type AwsFetchOptions = SigV4FetchOptions & InvokeFetchOptions;

/**
 * A `fetch` for whatever the target is: {@link sigv4Fetch} for a URL, {@link invokeFetch} for a function's name or ARN. For
 * the ARN of an agent runtime of AgentCore, or of its endpoint, a {@link sigv4Fetch} whose requests all go there.
 *
 * @throws {TargetError} when the target is none of them
 */
export function awsFetch(target: string | URL, options: AwsFetchOptions = {}): typeof fetch {
  const text = String(target);
  const runtime = readRuntimeTarget(text, options);
  if (runtime) return sigv4FetchTo(runtime.url, { ...options, ...runtime.scope });
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    if (options.auth) {
      throw new TargetError('`auth` sends tokens to a URL; the Invoke API knows IAM alone. Give the function URL.');
    }
    return invokeFetch(text, options);
  }
  if (!URL.canParse(text) || !/^https?:/i.test(text)) {
    throw new TargetError(`${JSON.stringify(text)} is not an https URL.`);
  }
  return sigv4Fetch(options);
}
