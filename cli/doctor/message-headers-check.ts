import { ServerError } from '../mcp/connection.ts';
import { JsonRpcCode, readError } from '../mcp/json-rpc.ts';
import { discover } from './discover.ts';
import type { Served } from './signed-check.ts';

/** What the server's answers tell of the headers that repeat what a message says. */
export type MessageHeaders = 'arrive' | 'are lost' | 'unknown';

/**
 * Whether `Mcp-Method` and `Mcp-Name` arrive: a server of 2026-07-28 refuses a request whose headers do not say what its
 * body says. Asks for a tool that nobody has, so that none is called.
 *
 * Source: MCP specification 2026-07-28, Streamable HTTP, "Standard Request Headers".
 */
export async function checkMessageHeaders({ connection, reach, url, timeout }: Served): Promise<MessageHeaders> {
  if (connection.protocolVersion < '2026') {
    // A server that misses the headers seems to be one of the older era.
    const response = await discover(reach, url, timeout);
    const { code } = readError(await response.text())?.error ?? {};
    return code === JsonRpcCode.headerMismatch ? 'are lost' : 'unknown';
  }
  if (!('tools' in connection.capabilities)) return 'unknown';
  const params = { name: `lambda-mcp-doctor-${crypto.randomUUID()}`, arguments: {} };
  try {
    await connection.request('tools/call', params);
    return 'arrive';
  } catch (error) {
    if (!(error instanceof ServerError)) return 'unknown';
    return error.code === JsonRpcCode.headerMismatch ? 'are lost' : 'arrive';
  }
}
