import { UsageError } from '../usage-error.ts';

/** Headers that the signature or the protocol decides on. */
const TAKEN = /^(?:authorization|host|connection|content-.+|transfer-encoding|x-amz-.+|mcp-.+|accept)$/;

/**
 * Reads the values of `--header`: `K=V`.
 *
 * @throws {UsageError} for what is no header, or one that is not the caller's to set
 */
export function readHeaders(given: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const each of given) {
    const [, name = '', value = ''] = /^([\w!#$%&'*+\-.^`|~]+)=([\x20-\x7e]*)$/.exec(each) ?? [];
    if (name === '')
      throw new UsageError(`--header takes NAME=VALUE in ASCII, not ${JSON.stringify(each.split('=')[0])}.`);
    if (TAKEN.test(name.toLowerCase())) throw new UsageError(`--header cannot set ${name}: the proxy does.`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}
