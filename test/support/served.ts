import type { HostInfo, LambdaHandler } from 'lambda-mcp/server';

export const META_2026 = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

export interface Served {
  readonly status: number;
  readonly text: string;
  /** The JSON-RPC messages of the body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
  readonly messages: any[];
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly last: any;
}

/** Calls a handler's server without Lambda. */
export async function serve(
  handler: LambdaHandler,
  message: object,
  headers: Record<string, string> = {},
  info?: HostInfo,
  signal: AbortSignal | null = null,
): Promise<Served> {
  const request = new Request('https://server.invalid/', {
    method: 'POST',
    signal,
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
  const response = await handler.fetch(request, info);
  const text = await response.text();
  const data = [...text.matchAll(/^data: (.+)$/gm)].map(([, each]) => String(each));
  const messages = (data.length > 0 ? data : text.trim().startsWith('{') ? [text] : []).map((each) => JSON.parse(each));
  return { status: response.status, text, messages, last: messages.at(-1) };
}

/** Calls a tool in a revision of either era. */
export function callTool(
  handler: LambdaHandler,
  name: string,
  era: '2025' | '2026' = '2025',
  info?: HostInfo,
  signal?: AbortSignal,
) {
  const params = { name, arguments: {}, ...(era === '2026' && { _meta: META_2026 }) };
  const headers: Record<string, string> =
    era === '2026' ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name } : {};
  return serve(handler, { method: 'tools/call', params }, headers, info, signal);
}
