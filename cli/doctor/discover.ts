import { messageHeaders, PROTOCOL_VERSION_KEY } from '../mcp/message-headers.ts';
import { ACCEPTED } from '../mcp/read-messages.ts';
import { version } from '../version.ts';

export const DISCOVER_ID = 1;
/** A server of the older era answers with an error, which shows that it is there. It leaves no session, as `initialize` may. */
const DISCOVER = {
  id: DISCOVER_ID,
  method: 'server/discover',
  params: {
    _meta: {
      [PROTOCOL_VERSION_KEY]: '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'lambda-mcp', version: version() },
    },
  },
};

/**
 * Asks a server to introduce itself in protocol 2026-07-28.
 *
 * @param timeout milliseconds
 */
export function discover(reach: typeof fetch, url: URL, timeout: number): Promise<Response> {
  return reach(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPTED, ...messageHeaders(DISCOVER) },
    body: JSON.stringify({ jsonrpc: '2.0', ...DISCOVER }),
    signal: AbortSignal.timeout(timeout),
  });
}
