import { asRecord, isRecord, parseJson } from '../../wire/json.ts';
import type { JsonRpcError } from '../../wire/json-rpc.ts';

/** A JSON-RPC message, as a process writes it. */
export interface ChildMessage {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface Notification {
  readonly method: string;
  readonly params?: Record<string, unknown>;
}

/** The response to a request, as a process gave it. */
export type Answered = { readonly result: unknown } | { readonly error: JsonRpcError };

/** What a process says of itself when it is initialised. */
export interface InitializeResult {
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly instructions?: string;
}

/** A line as a message; `broken` when it was meant as one; undefined for anything else, which clients pass over. */
export function readLine(line: string): ChildMessage | 'broken' | undefined {
  if (!line.includes('"jsonrpc"')) return undefined;
  const value = parseJson(line);
  if (value === undefined) return 'broken';
  return isRecord(value) && value.jsonrpc === '2.0' ? value : undefined;
}

/** @throws {TypeError} when it is no result of `initialize` */
export function readInitializeResult(answered: Answered): InitializeResult {
  const result = asRecord('result' in answered ? answered.result : undefined);
  const { name, version } = asRecord(result.serverInfo);
  if (typeof result.protocolVersion !== 'string' || typeof name !== 'string' || typeof version !== 'string') {
    throw new TypeError('no result of initialize');
  }
  return { ...result, capabilities: asRecord(result.capabilities) } as unknown as InitializeResult;
}
