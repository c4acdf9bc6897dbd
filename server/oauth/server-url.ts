import { isLoopbackUrl } from './loopback.ts';

/**
 * The server's own URL, as an option or `MCP_SERVER_URL` says it.
 *
 * @throws {TypeError} for what is no URL of a server
 */
export function readServerUrl(option: string | undefined): URL | undefined {
  const text = option ?? process.env.MCP_SERVER_URL;
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url && url.hash === '' && (url.protocol === 'https:' || isLoopbackUrl(url))) return url;
  throw new TypeError(
    `${JSON.stringify(text)} is no URL of a server: resource, or MCP_SERVER_URL, is https://HOST/PATH without a ` +
      'fragment, or http: on loopback.',
  );
}
