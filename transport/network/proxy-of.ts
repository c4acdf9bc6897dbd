import { ConnectionError } from '../connection-error.ts';
import { isLoopback } from '../signing-scope.ts';
import type { NetworkOptions } from './network-options.ts';

/**
 * The proxy that a request goes through; undefined for none.
 *
 * Read as botocore reads the environment: the lower case goes first, `NO_PROXY` names hosts or domains, with or without
 * a leading dot and a port, or is `*`, and a proxy without a scheme is an http one.
 *
 * @throws {ConnectionError} when what should name a proxy does not
 */
export function proxyOf(url: URL, proxy: NetworkOptions['proxy']): URL | undefined {
  if (!proxy || isNear(url.hostname)) return undefined;
  if (proxy !== true) return readProxy(String(proxy), 'The option `proxy`');
  if (isExcepted(url, fromEnvironment('no_proxy'))) return undefined;
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const given = fromEnvironment(name)?.trim();
  return given ? readProxy(given, name.toUpperCase()) : undefined;
}

/** Loopback and link-local, where containers and instances have their credentials from. */
function isNear(hostname: string): boolean {
  return isLoopback(hostname) || /^(?:169\.254(?:\.\d+){2}|\[fe[89ab][\da-f]:.*\]|\[fd00:ec2::.*\])$/.test(hostname);
}

function fromEnvironment(name: string): string | undefined {
  return process.env[name] ?? process.env[name.toUpperCase()];
}

function isExcepted({ hostname, port, protocol }: URL, list = ''): boolean {
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', atPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === '' || (atPort !== undefined && atPort !== ownPort)) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}

/** Its words hold no part of what was given: there may be a password in it. */
function readProxy(text: string, source: string): URL {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url && /^https?:$/.test(url.protocol) && isDecodable(url)) return url;
  throw new ConnectionError(
    {
      code: 'ERR_PROXY_INVALID',
      what: `${source} is not the URL of an http or https proxy`,
      advice: 'Write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with special characters as %XX.',
      maybeSent: false,
      transient: false,
    },
    undefined,
  );
}

function isDecodable({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username + password) !== undefined;
  } catch {
    return false;
  }
}
