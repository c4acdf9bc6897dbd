/** Node's; missing in browsers and on some edge runtimes, which an agent may run in. */
const { Buffer: NodeBuffer } = globalThis as { Buffer?: typeof Buffer };

/** Where the byte is next, from an index on; -1 where it is not. Node's search is many times as fast as JavaScript's own. */
export const indexOfByte: (bytes: Uint8Array, byte: number, from: number) => number = NodeBuffer
  ? (bytes, byte, from) => NodeBuffer.prototype.indexOf.call(bytes, byte, from)
  : (bytes, byte, from) => bytes.indexOf(byte, from);

/** Chunks of UTF-8 as one text; a character may lie across two of them. */
export function decodeUtf8(chunks: readonly Uint8Array[]): string {
  if (NodeBuffer) return NodeBuffer.concat(chunks).toString();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}
