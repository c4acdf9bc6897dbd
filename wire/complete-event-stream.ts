import { type BodyReader, cuttableReader } from './body-reader.ts';
import {
  type CompleteResponseOptions,
  errorMessage,
  isAnswer,
  type JsonRpcError,
  type JsonRpcId,
} from './completion.ts';
import type { ScannedMessage } from './json-rpc-scanner.ts';
import { createSseScanner } from './sse-scanner.ts';

/** An event stream that passes through chunk by chunk, and is closed with an error event if it held no response. */
export function completeEventStream(source: ReadableStream<Uint8Array>, options: CompleteResponseOptions): BodyReader {
  let answer: ScannedMessage | undefined;
  let settled = false;
  const scanner = createSseScanner((response) => {
    if (isAnswer(response, options.id)) answer = response;
  });
  const reader = cuttableReader(source, options.cut);

  function settle() {
    settled = true;
    options.onSettled?.(answer);
  }

  function lastChunk(cause: unknown): Uint8Array | undefined {
    const error = answer ? undefined : options.failure(cause, scanner);
    settle();
    if (error) return errorEvent(options.id, error);
    // The SDKs' parser keeps what a CR ends until it sees whether an LF follows.
    if (answer) return scanner.endsInLf ? undefined : encode('\n');
    if (cause !== undefined) throw cause;
    return undefined;
  }

  return {
    async read() {
      if (settled) return undefined;
      const { value, cause } = await reader.read();
      if (settled) return undefined;
      if (!value) return lastChunk(cause);
      scanner.feed(value);
      return value;
    },
    async cancel(reason) {
      if (settled) return;
      settle();
      await reader.cancel(reason);
    },
  };
}

/**
 * An error as an event of its own, even in the middle of another: the line before it gives the event that was cut off
 * a type that no MCP client listens to.
 */
function errorEvent(id: JsonRpcId, error: JsonRpcError): Uint8Array {
  return encode(`\nevent: incomplete\n\nevent: message\ndata: ${errorMessage(id, error)}\n\n`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
