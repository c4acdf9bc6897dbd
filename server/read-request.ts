import type { EventRequest } from '../wire/event-to-request.ts';

/**
 * A request with its body read once, up to a limit: of a longer one the size is beyond the limit, and the text empty.
 * It is made anew from its parts, since it may come from another copy of undici.
 *
 * @param limit bytes
 * @param signal the new request's
 */
export async function readRequest(
  { url, method, headers, body }: Request,
  limit: number,
  signal: AbortSignal,
): Promise<EventRequest> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit) {
      chunks.length = 0;
      break;
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const request = new Request(url, { method, headers, signal, ...(bytes.length > 0 && { body: bytes }) });
  return { request, text: bytes.toString(), size };
}
