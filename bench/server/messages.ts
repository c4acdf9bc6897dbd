import { CALLED } from './tools.ts';

/** One MCP request as it is sent: its body, and the headers that go with it. */
export interface Message {
  readonly method: 'tools/list' | 'tools/call';
  readonly protocolVersion: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

const PARAMS = { 'tools/list': {}, 'tools/call': { name: CALLED.name, arguments: CALLED.arguments } };

/** A request of the 2025 revisions, which says nothing of itself. */
export function message2025(method: Message['method']): Message {
  const protocolVersion = '2025-11-25';
  return {
    method,
    protocolVersion,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: PARAMS[method] }),
    headers: { 'mcp-protocol-version': protocolVersion },
  };
}

/** The same of 2026-07-28, where every request says who asks, and its headers what for. */
export function message2026(method: Message['method']): Message {
  return method === 'tools/call' ? callMessage(CALLED.name, CALLED.arguments) : modernMessage(method, {}, {});
}

/** A call of any tool, in protocol 2026-07-28. */
export function callMessage(name: string, args: Record<string, unknown>): Message {
  return modernMessage('tools/call', { name, arguments: args }, { 'mcp-name': name });
}

function modernMessage(method: Message['method'], params: object, headers: Record<string, string>): Message {
  const protocolVersion = '2026-07-28';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': protocolVersion,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return {
    method,
    protocolVersion,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
    headers: { 'mcp-protocol-version': protocolVersion, 'mcp-method': method, ...headers },
  };
}
