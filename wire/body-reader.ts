/** A response's body, taken chunk by chunk. */
export interface BodyReader {
  /** The next chunk; undefined once the body has ended. Rejects where it breaks off, never with nothing. */
  read(): Promise<Uint8Array | undefined>;
  /** Tells the body's source that nobody reads on. A read under way then ends. */
  cancel(reason?: unknown): Promise<void>;
}

/** Reads a body until `cutoff` fires, whatever its source is doing then; the read under way rejects with its reason. */
export function readBody(source: ReadableStream<Uint8Array>, cutoff?: AbortSignal): BodyReader {
  const reader = source.getReader();
  // A signal may outlive many responses, as a transport's does: it must not hold on to what has been read.
  const forget = () => cutoff?.removeEventListener('abort', stop);
  const cancel = (reason: unknown) => {
    forget();
    return reader.cancel(reason).catch(() => {});
  };
  // Cancelling settles a read under way at once; the source may take its time to notice.
  const stop = () => void cancel(cutoff?.reason);
  if (cutoff?.aborted) stop();
  else cutoff?.addEventListener('abort', stop, { once: true });
  return {
    cancel,
    async read() {
      const { value } = await reader.read().catch((cause: unknown) => {
        forget();
        throw cause ?? new Error('The response was broken off.');
      });
      if (value) return value;
      forget();
      if (cutoff?.aborted) throw cutoff.reason;
      return undefined;
    },
  };
}

/** For `for await`; leaving the loop cancels the body. */
export async function* toIterable(body: BodyReader): AsyncGenerator<Uint8Array, void> {
  try {
    for (let chunk = await body.read(); chunk; chunk = await body.read()) yield chunk;
  } finally {
    await body.cancel();
  }
}

/** For a `Response`. */
export function toStream(body: BodyReader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await body.read();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: (reason) => body.cancel(reason),
    },
    // Nothing is read before somebody asks for it.
    { highWaterMark: 0 },
  );
}
