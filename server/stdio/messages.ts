import { asRecord, isRecord, parseJson } from '../../wire/json.ts';
import type { JsonRpcError } from '../../wire/json-rpc.ts';
import { JsonRpcErrorCode } from '../json-rpc.ts';

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

/** A line's messages, several in a batch of revision 2025-03-26; none in anything else, which clients pass over. */
export function readLine(line: string): readonly ChildMessage[] {
  if (!line.includes('"jsonrpc"')) return [];
  const value = parseJson(line);
  return [value].flat().filter(isMessage);
}

function isMessage(value: unknown): value is ChildMessage {
  if (!isRecord(value) || value.jsonrpc !== '2.0') return false;
  return typeof value.method === 'string' || (value.id ?? undefined) !== undefined || isRecord(value.error);
}

/** The id of the request that a line answers, were it whole: a message that was cut off, or is printed once more. */
export function readBrokenAnswer(line: string): number | undefined {
  if (!line.includes('"jsonrpc"') || !/"(result|error|method)"\s*:/.exec(line)?.[0].match(/result|error/))
    return undefined;
  const id = /"id"\s*:\s*"?(\d+)/.exec(line)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** A response as JSON-RPC has it, also where the other member is null; an error when it is none. */
export function readResponse({ result, error }: ChildMessage): Answered {
  if (isRecord(result) && (error ?? undefined) === undefined) return { result };
  const isError = isRecord(error) && Number.isInteger(error.code) && typeof error.message === 'string';
  if (isError && (result ?? undefined) === undefined) return { error: error as unknown as JsonRpcError };
  return {
    error: {
      code: JsonRpcErrorCode.internalError,
      message: 'The MCP server answered with neither a result nor an error.',
    },
  };
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
