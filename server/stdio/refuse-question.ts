import { JsonRpcErrorCode } from '../json-rpc.ts';
import type { ChildMessage } from './messages.ts';

/** The answer to what a process asks of its client: to a `ping` that it is there, to all else that nobody could answer. */
export function refuseQuestion({ id, method }: ChildMessage): object {
  if (method === 'ping') return { id, result: {} };
  const message =
    `${method} cannot be asked of the client: this server runs in Lambda and serves one request at a time, so that no ` +
    'answer could come back.';
  return { id, error: { code: JsonRpcErrorCode.methodNotFound, message } };
}
