/** Reads a body as text, up to a size; of a longer one it tells a size beyond the limit, and no text. Bytes. */
export async function readText(
  { body }: Request,
  limit: number,
): Promise<{ readonly text: string; readonly size: number }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit) return { text: '', size };
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString(), size };
}
