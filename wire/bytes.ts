/** Node's is many times as fast as JavaScript's own, but missing in browsers and on some edge runtimes. */
const { indexOf } = ((globalThis as { Buffer?: typeof Buffer }).Buffer ?? Uint8Array).prototype as Uint8Array;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where the byte is next, from an index on; infinite where it is not. */
export function indexOfByte(bytes: Uint8Array, byte: number, from: number): number {
  const at = indexOf.call(bytes, byte, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** Chunks of UTF-8 as one text, byte order mark included; a character may lie across two of them. */
export function decodeUtf8(chunks: readonly Uint8Array[]): string {
  return chunks.map((chunk, at) => utf8.decode(chunk, { stream: at < chunks.length - 1 })).join('');
}
