import type { JsonRpcMessage } from './json-rpc.ts';

/** Key of `_meta` by which a request says that it is of revision 2026-07-28 or later, and of which. */
export const PROTOCOL_VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

/** Which field of the params the header `Mcp-Name` repeats. */
const NAME_FIELDS: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/** The revision that a message's own `_meta` names; undefined for those of the 2025 era. */
export function versionOf(message: JsonRpcMessage): string | undefined {
  const version = (message.params?._meta as Record<string, unknown> | undefined)?.[PROTOCOL_VERSION_KEY];
  return typeof version === 'string' ? version : undefined;
}

/**
 * The headers that repeat what a message says, so that who carries it need not read the body.
 *
 * Source: MCP specification 2026-07-28, Streamable HTTP, "Standard Request Headers".
 */
export function messageHeaders(message: JsonRpcMessage): Record<string, string> {
  const version = versionOf(message);
  const { method = '', params } = message;
  if (version === undefined || method === '') return {};
  const field = Object.hasOwn(NAME_FIELDS, method) ? NAME_FIELDS[method] : undefined;
  const name = field === undefined ? undefined : params?.[field];
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(typeof name === 'string' && { 'mcp-name': asHeaderValue(name) }),
  };
}

/**
 * The `Mcp-Param-*` headers of a tool's call: one for each argument whose schema asks for it by `x-mcp-header`.
 *
 * Source: MCP specification 2026-07-28, Streamable HTTP, "Schema Extension".
 */
export function parameterHeaders(inputSchema: unknown, args: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  const visit = (schema: unknown, value: unknown): void => {
    if (typeof schema !== 'object' || schema === null || value === undefined || value === null) return;
    const { 'x-mcp-header': name, properties } = schema as { 'x-mcp-header'?: unknown; properties?: object };
    const text = asText(value);
    if (typeof name === 'string' && /^[\w!#$%&'*+\-.^`|~]+$/.test(name) && text !== undefined) {
      headers[`mcp-param-${name}`] = asHeaderValue(text);
    }
    for (const [key, child] of Object.entries(properties ?? {})) visit(child, (value as Record<string, unknown>)[key]);
  };
  visit(inputSchema, args);
  return headers;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value) ? String(value) : undefined;
}

/** What is not plain printable ASCII goes as `=?base64?…?=`, of its UTF-8 bytes. */
function asHeaderValue(text: string): string {
  const plain = /^[\x20-\x7e\t]+$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  return plain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
