import { type BodyReader, cuttableReader } from './body-reader.ts';
import { type CompleteResponseOptions, errorMessage, isAnswer } from './completion.ts';
import { createJsonRpcScanner } from './json-rpc-scanner.ts';

/** A JSON body up to this size is held until it is whole; a larger one passes through. Bytes. */
const MAX_HELD_SIZE = 1024 * 1024;

/** A JSON body that is replaced by an error if it is not the response; past `MAX_HELD_SIZE` it can only be broken off. */
export function completeJson(source: ReadableStream<Uint8Array>, options: CompleteResponseOptions): BodyReader {
  const scanner = createJsonRpcScanner();
  const reader = cuttableReader(source, options.cut);
  let held: Uint8Array[] = [];
  let size = 0;
  let settled = false;

  /** Leaves in `held` what is yet to be sent. */
  function end(cause: unknown): void {
    settled = true;
    const message = scanner.finish();
    const answered = isAnswer(message, options.id);
    const error = answered ? undefined : options.failure(cause, { resumable: false });
    options.onSettled?.(answered ? message : undefined);
    if (answered) return;
    const isPast = size > MAX_HELD_SIZE || (!error && !message.complete && cause !== undefined);
    if (error || isPast) held = [];
    if (isPast) throw cause ?? new Error(error?.message);
    if (error) held.push(new TextEncoder().encode(errorMessage(options.id, error)));
  }

  return {
    async read() {
      while (!settled && (size <= MAX_HELD_SIZE || held.length === 0)) {
        const { value, cause } = await reader.read();
        if (settled) return undefined;
        if (!value) end(cause);
        else {
          scanner.feed(value);
          held.push(value);
          size += value.byteLength;
        }
      }
      return held.shift();
    },
    async cancel(reason) {
      held = [];
      if (settled) return;
      settled = true;
      options.onSettled?.(undefined);
      await reader.cancel(reason);
    },
  };
}
