/** A `tools/call` of protocol 2026-07-28 as it is sent: its body, and the headers that go with it. */
export function callMessage(name: string, args: Record<string, unknown>) {
  const protocolVersion = '2026-07-28';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': protocolVersion,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return {
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args, _meta } }),
    headers: { 'mcp-protocol-version': protocolVersion, 'mcp-method': 'tools/call', 'mcp-name': name },
  };
}
