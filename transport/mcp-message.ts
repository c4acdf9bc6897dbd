import { asRecord, parseJson } from '../wire/json.ts';
import type { JsonRpcId } from '../wire/json-rpc.ts';

/** What the transport needs to know of the JSON-RPC message that it carries. */
export interface McpMessage {
  /** Undefined for notifications and responses, and where it is neither a string nor a number. */
  readonly id: JsonRpcId | undefined;
  /** Whether it is a request, which gets an answer. */
  readonly isRequest: boolean;
  /** Undefined for responses. */
  readonly method: string | undefined;
  /** The tool's name, for `tools/call`. */
  readonly tool: string | undefined;
}

/** MCP methods that change nothing on a stateless server. */
const READING_METHODS =
  /^(?:initialize|ping|server\/discover|(?:tools|prompts|resources|resources\/templates)\/list|prompts\/get|resources\/read|completion\/complete)$/;

/** Whether a message changes nothing on a stateless server, so that it may be sent again. */
export function isReading(message: McpMessage | undefined): boolean {
  return message?.method !== undefined && READING_METHODS.test(message.method);
}

/** The JSON-RPC message that a POST carries; undefined when it carries none, or a batch. */
export function readMcpMessage(method: string, body: string | Uint8Array | undefined): McpMessage | undefined {
  if (method !== 'POST' || !body) return undefined;
  const message = asRecord(parseJson(typeof body === 'string' ? body : new TextDecoder().decode(body)));
  if (message.jsonrpc !== '2.0') return undefined;
  const { id, method: mcpMethod, params, result, error } = message;
  if (typeof mcpMethod !== 'string') {
    const isResponse = result !== undefined || error !== undefined;
    return isResponse ? { isRequest: false, id: undefined, method: undefined, tool: undefined } : undefined;
  }
  const name = mcpMethod === 'tools/call' ? asRecord(params).name : undefined;
  return {
    isRequest: id !== undefined,
    id: typeof id === 'string' || typeof id === 'number' ? id : undefined,
    method: mcpMethod,
    tool: typeof name === 'string' ? name : undefined,
  };
}
