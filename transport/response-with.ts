/** A response like another, with a body of its own: a new `Response` alone would forget the URL. */
export function responseWith(
  body: ReadableStream<Uint8Array> | string | null,
  init: ResponseInit,
  { url }: Response,
): Response {
  return Object.defineProperty(new Response(body, init), 'url', { value: url });
}
