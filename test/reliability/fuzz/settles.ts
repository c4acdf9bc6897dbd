import type { Transport as TransportV2 } from '@modelcontextprotocol/client';
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js';
import { assertTellsNothing } from './answer-rules.ts';
import { withinTime } from './target.ts';

/** What an SDK's transport makes of an answer. */
export type Settled = { readonly by: 'result' | 'error' | 'exception' /** Of the error. */; readonly text: string };

const ID = 'the-request';
const HANG = 3000;

/**
 * Sends one request through an SDK's own transport class, and waits for what its client waits for: the response to it,
 * or an exception. Anything else leaves a client waiting for its 60-second time-out.
 */
export async function assertSettles(transport: TransportV1 | TransportV2): Promise<Settled> {
  const { promise: answered, resolve } = Promise.withResolvers<Settled>();
  transport.onmessage = (message: object) => {
    if ('id' in message && message.id === ID && !('method' in message)) {
      if ('error' in message) resolve({ by: 'error', text: JSON.stringify(message.error) });
      else resolve({ by: 'result', text: '' });
    }
  };
  transport.onerror = () => {};
  await transport.start();
  const message = { jsonrpc: '2.0' as const, id: ID, method: 'tools/call', params: { name: 'x', arguments: {} } };
  const failed = transport.send(message).then(
    () => answered,
    (error: Error): Settled => ({ by: 'exception', text: `${error.name}: ${error.message}` }),
  );
  try {
    const settled = await withinTime(HANG, Promise.race([answered, failed]));
    assertTellsNothing(settled.text);
    return settled;
  } finally {
    await transport.close();
  }
}

/** The response that `assertSettles` waits for. */
export const ANSWER = JSON.stringify({
  jsonrpc: '2.0',
  id: ID,
  result: { content: [{ type: 'text', text: 'ü "x" \\' }] },
});
