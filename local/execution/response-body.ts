/** The receiving end of a response: what the function sent, until somebody reads it. */
export interface ResponseBody {
  readonly body: AsyncIterable<Uint8Array>;
  push(bytes: Uint8Array): void;
  /** With an error, reading throws it after the last chunk. */
  end(error?: Error): void;
}

/** @param onTaken learns of bytes that were read or discarded, so that the sender may send on */
export function createResponseBody(onTaken: (bytes: number) => void): ResponseBody {
  const chunks: Uint8Array[] = [];
  let ending: { readonly error?: Error | undefined } | undefined;
  let discarding = false;
  let change = Promise.withResolvers<void>();

  const wake = () => {
    change.resolve();
    change = Promise.withResolvers();
  };

  // Not a generator: its `return()` would wait for the chunk that `next()` waits for.
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      while (chunks.length === 0 && !ending) await change.promise;
      const chunk = chunks.shift();
      if (chunk) {
        onTaken(chunk.byteLength);
        return { done: false, value: chunk };
      }
      const error = ending?.error;
      ending = {};
      if (error) throw error;
      return { done: true, value: undefined };
    },
    async return() {
      discarding = true;
      ending = {};
      for (const chunk of chunks.splice(0)) onTaken(chunk.byteLength);
      wake();
      return { done: true, value: undefined };
    },
  };

  return {
    body: { [Symbol.asyncIterator]: () => iterator },
    push(bytes) {
      if (discarding) onTaken(bytes.byteLength);
      else chunks.push(bytes);
      wake();
    },
    end(error) {
      ending ??= { error };
      wake();
    },
  };
}
