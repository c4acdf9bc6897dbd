/** A response's body, taken chunk by chunk. */
export interface BodyReader {
  /** The next chunk; undefined once the body has ended. Rejects where it breaks off. */
  read(): Promise<Uint8Array | undefined>;
  /** Tells the body's source that nobody reads on. A read under way then ends. */
  cancel(reason?: unknown): Promise<void>;
}

/** What a `CuttableReader` has read: a chunk, or the end, with what broke the body off if it did not end by itself. */
export interface Read {
  readonly value?: Uint8Array;
  readonly cause?: unknown;
}

export interface CuttableReader {
  /** Never rejects. */
  read(): Promise<Read>;
  cancel(reason?: unknown): Promise<void>;
}

/** A reader that gives failures as values, and ends as soon as `cut` fires, whatever the source is doing. */
export function cuttableReader(source: ReadableStream<Uint8Array>, cut: AbortSignal | undefined): CuttableReader {
  const reader = source.getReader();
  const cancel = (reason: unknown) => {
    forget();
    return reader.cancel(reason).catch(() => {});
  };
  // Cancelling settles a read under way at once; the source may take its time to notice.
  const fire = () => cancel(cut?.reason);
  // A signal may outlive many responses, as a transport's does: it must not hold on to what has been read.
  const forget = () => cut?.removeEventListener('abort', fire);
  if (cut?.aborted) fire();
  else cut?.addEventListener('abort', fire, { once: true });
  return {
    cancel,
    async read() {
      try {
        const { value } = await reader.read();
        if (value) return { value };
        forget();
        return cut?.aborted ? { cause: cut.reason } : {};
      } catch (cause) {
        forget();
        return { cause: cause ?? new Error('The response was broken off.') };
      }
    },
  };
}

/** A body that fails as soon as `cut` fires. */
export function cutShort(source: ReadableStream<Uint8Array>, cut: AbortSignal): BodyReader {
  const reader = cuttableReader(source, cut);
  return {
    cancel: reader.cancel,
    async read() {
      const { value, cause } = await reader.read();
      if (value || cause === undefined) return value;
      throw cause;
    },
  };
}

/** For `for await`; leaving the loop cancels the body. */
export async function* toIterable(body: BodyReader): AsyncGenerator<Uint8Array, void> {
  let ended = false;
  try {
    while (true) {
      const chunk = await body.read();
      ended = chunk === undefined;
      if (chunk === undefined) return;
      yield chunk;
    }
  } finally {
    if (!ended) await body.cancel();
  }
}

/** For a `Response`. */
export function toStream(body: BodyReader): ReadableStream<Uint8Array> {
  let cancelled = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await body.read();
      if (cancelled) return;
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    async cancel(reason) {
      cancelled = true;
      await body.cancel(reason);
    },
  });
}
