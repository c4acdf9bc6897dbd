import type { Exchange } from './answer-request.ts';
import { JsonRpcErrorCode } from './json-rpc.ts';
import { logError } from './log-error.ts';
import type { ProtocolServer } from './mcp-server.ts';

interface Message {
  readonly id?: string | number;
  readonly method?: string;
}

interface Transport {
  send(message: Message, ...options: unknown[]): Promise<void>;
  onmessage?: ((message: object) => void) | undefined;
}

/**
 * Sees to it that nothing waits for ever between a server and the transport that it will be connected to: an answer that
 * cannot be sent, because JSON cannot hold it, ends the exchange; and what the server asks of its client is refused at
 * once, since no answer to it could come. Its errors reach the log, unless it has a place of its own for them.
 */
export function guardTransport(server: ProtocolServer, { fail }: Pick<Exchange, 'fail'>): void {
  server.onerror ??= logError;
  const connect = server.connect as (transport: Transport) => Promise<void>;
  server.connect = (transport: Transport) => {
    // A server may come back for another request.
    server.connect = connect;
    const send = transport.send.bind(transport);
    transport.send = async (message, ...options) => {
      if (message.method !== undefined && message.id !== undefined) {
        queueMicrotask(() => transport.onmessage?.(refusal(message)));
        return;
      }
      try {
        await send(message, ...options);
      } catch (error) {
        if (message.method === undefined) fail(error);
        throw error;
      }
    };
    return connect.call(server, transport);
  };
}

function refusal({ id, method }: Message): object {
  const message =
    `${method} cannot be asked of the client: this server is stateless and serves one request at a time, so that no ` +
    'answer could come back. In protocol 2026-07-28 a tool asks by returning inputRequired(…).';
  return { jsonrpc: '2.0', id, error: { code: JsonRpcErrorCode.methodNotFound, message } };
}
