import type { InvokeWithResponseStreamCommandOutput } from '@aws-sdk/client-lambda';
import { decodeBody } from '../../wire/decode-body.ts';
import { readResponse } from '../../wire/read-response.ts';
import { explainConnectionError } from '../connection-error.ts';
import { FunctionFailure, InvocationCutOff } from './invocation-error.ts';

/**
 * The response that an invocation streams, with its request id where a function URL puts it.
 *
 * @param close called when nobody reads on
 */
export async function readInvocation(
  output: InvokeWithResponseStreamCommandOutput,
  close: () => void,
): Promise<Response> {
  const response = await readResponse(closable(payloadChunks(output), close));
  const { requestId } = output.$metadata;
  if (requestId) response.headers.set('x-amzn-requestid', requestId);
  return decodeBody(response);
}

async function* payloadChunks({
  EventStream,
}: InvokeWithResponseStreamCommandOutput): AsyncGenerator<Uint8Array, void> {
  const events = EventStream?.[Symbol.asyncIterator]();
  while (events) {
    const { done, value: event } = await events.next().catch((error: unknown) => {
      throw explainConnectionError(error);
    });
    if (done) break;
    const { PayloadChunk, InvokeComplete } = event;
    if (PayloadChunk?.Payload) yield PayloadChunk.Payload;
    if (!InvokeComplete) continue;
    // What is left is the end of the HTTP response: unread, it holds the connection, and the process with it.
    events.next().catch(() => {});
    const { ErrorCode, ErrorDetails } = InvokeComplete;
    if (ErrorCode) throw new FunctionFailure(ErrorCode, ErrorDetails);
    return;
  }
  throw new InvocationCutOff('The connection closed before the invocation was complete. The function may have run.');
}

/** Not the generator's own `return()`, which would wait for the chunk that `next()` waits for. */
function closable(chunks: AsyncIterator<Uint8Array, void>, close: () => void): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array, void> = {
    next: () => chunks.next(),
    async return() {
      close();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
