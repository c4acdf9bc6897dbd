import type { Exchange } from './answer-request.ts';
import { JsonRpcErrorCode } from './json-rpc.ts';

/** Either SDK line's, as far as it is looked at here. */
interface Message {
  readonly id?: string | number | undefined;
  readonly method?: string | undefined;
}

export interface Transport {
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: Message, ...options: unknown[]): Promise<void>;
  onmessage?: ((message: never) => void) | undefined;
  onclose?: (() => void) | undefined;
}

/**
 * Sees to it that nothing waits for ever at a transport: an answer that cannot be sent, because JSON cannot hold it, ends
 * the exchange; and what the server asks of its client is refused at once, since no answer to it could come.
 */
export function guardTransport(transport: Transport, { fail, sent }: Pick<Exchange, 'fail' | 'sent'>): void {
  const send = transport.send.bind(transport);
  transport.send = async (message, ...options) => {
    const { id, method } = message;
    if (method !== undefined && id !== undefined) {
      const error = { code: JsonRpcErrorCode.methodNotFound, message: cannotAsk(method) };
      queueMicrotask(() => transport.onmessage?.({ jsonrpc: '2.0', id, error } as never));
      return;
    }
    try {
      await send(message, ...options);
      sent(message);
    } catch (error) {
      if (method === undefined) fail(error);
      throw error;
    }
  };
}

/** Refuses as much of a server that looks at its client's capabilities before it asks: it knows of none here. */
export function refuseToAsk(server: object): void {
  const refusing = (method: string) => async () => {
    throw new Error(cannotAsk(method));
  };
  Object.assign(server, {
    createMessage: refusing('sampling/createMessage'),
    elicitInput: refusing('elicitation/create'),
  });
}

function cannotAsk(method: string): string {
  return (
    `${method} cannot be asked of the client: this server is stateless and serves one request at a time, so that no ` +
    'answer could come back. In protocol 2026-07-28 a tool asks by returning inputRequired(…).'
  );
}
