import type { JsonRpcId } from '../wire/completion.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

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

/** A longer message is looked at from both ends first; characters. */
const SHORT = 1024;
/** A call as both SDK lines write it: arguments of any size, and whose call it is behind them. */
const CALL_BEGIN = /^\{"method":"tools\/call",/;
const CALL_END = /,"jsonrpc":"2\.0",("id":(?:-?\d+|"[^"\\]*")\})$/;
const MAX_CALL_END = 256;

/** The JSON-RPC message that a POST carries; undefined when it carries none. */
export function readMcpMessage({ method, body }: Pick<OutgoingRequest, 'method' | 'body'>): McpMessage | undefined {
  if (method !== 'POST' || !body) return undefined;
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return (text.length > SHORT ? readLongCall(text) : undefined) ?? parseMessage(text);
}

/**
 * A tool's call, by its two ends alone: what no JSON text can end with but as members of the outermost object.
 *
 * Should it be named a second time in between what the message asks for, it still counts as a call, which is the most
 * careful reading. What JSON.parse would refuse, no server runs.
 */
function readLongCall(text: string): McpMessage | undefined {
  const [, end] = (CALL_BEGIN.test(text) && CALL_END.exec(text.slice(-MAX_CALL_END))) || [];
  const id = end && parseObject(`{${end}`)?.id;
  if (typeof id !== 'string' && typeof id !== 'number') return undefined;
  return {
    isRequest: true,
    id,
    method: 'tools/call',
    get tool() {
      return parseMessage(text)?.tool;
    },
  };
}

function parseMessage(text: string): McpMessage | undefined {
  const message = parseObject(text);
  if (message?.jsonrpc !== '2.0') return undefined;
  const { id, method, params } = message;
  if (typeof method === 'string') {
    const name = method === 'tools/call' && isObject(params) ? params.name : undefined;
    return {
      isRequest: id !== undefined,
      id: typeof id === 'string' || typeof id === 'number' ? id : undefined,
      method,
      tool: typeof name === 'string' ? name : undefined,
    };
  }
  const isResponse = message.result !== undefined || message.error !== undefined;
  return isResponse ? { isRequest: false, id: undefined, method: undefined, tool: undefined } : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
