import type { JsonRpcMessage } from '../mcp/json-rpc.ts';
import { UsageError } from '../usage-error.ts';

/** Source: MCP specification 2025-11-25, "General fields", `_meta`: a prefix of labels and a slash, then a name. */
const KEY = /^(?:[a-z][a-z\d-]*(?:\.[a-z][a-z\d-]*)*\/)?[a-z\d](?:[\w.-]*[a-z\d])?$/i;
/** The protocol's own: `io.modelcontextprotocol/`, `dev.mcp/` and their like. */
const RESERVED = /^[^/]*\b(?:modelcontextprotocol|mcp)(?:\.[^./]*)?\/|^progressToken$/i;

/**
 * Reads the values of `--meta`: `KEY=VALUE`.
 *
 * @throws {UsageError} for what is no key of `_meta`, or one that is the protocol's
 */
export function readMeta(given: readonly string[]): Record<string, string> {
  const meta: Record<string, string> = {};
  for (const each of given) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(each) ?? [];
    if (!KEY.test(key)) {
      throw new UsageError(`--meta takes KEY=VALUE, such as team=ops, not ${JSON.stringify(each.split('=')[0])}.`);
    }
    if (RESERVED.test(key)) throw new UsageError(`--meta cannot set ${key}: it is the protocol's.`);
    meta[key] = value;
  }
  return meta;
}

/** A request with more in its `_meta`. What it says itself stays. */
export function withMeta(message: JsonRpcMessage, meta: Readonly<Record<string, string>>): JsonRpcMessage {
  const { params } = message;
  return { ...message, params: { ...params, _meta: { ...meta, ...(params?._meta as object | undefined) } } };
}
