import type { JsonRpcId } from '../wire/complete-response.ts';
import { createJsonRpcScanner } from '../wire/json-rpc-scanner.ts';
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

/** The JSON-RPC message that a POST carries; undefined when it carries none. */
export function readMcpMessage({ method, body }: OutgoingRequest): McpMessage | undefined {
  if (method !== 'POST' || !body) return undefined;
  const scanner = createJsonRpcScanner();
  scanner.feed(body);
  const message = scanner.finish();
  if (!message.complete || message.jsonrpc !== '2.0') return undefined;
  if (typeof message.method === 'string') {
    const { id, hasId, paramsName } = message;
    return {
      isRequest: hasId,
      id: typeof id === 'string' || typeof id === 'number' ? id : undefined,
      method: message.method,
      tool: message.method === 'tools/call' && typeof paramsName === 'string' ? paramsName : undefined,
    };
  }
  return message.kind === 'other' ? undefined : { isRequest: false, id: undefined, method: undefined, tool: undefined };
}
