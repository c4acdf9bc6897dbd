import { type BodyReader, cutShort, toStream } from './body-reader.ts';
import { completeEventStream } from './complete-event-stream.ts';
import { completeJson } from './complete-json.ts';
import type { CompleteResponseOptions } from './completion.ts';

/**
 * The same response, but one whose body always holds the JSON-RPC response to its request.
 *
 * Both SDK lines wait for their own time-out, 60 seconds, when a stream ends without the response. Here an event
 * stream that ends or breaks is closed with an error event, and a JSON body that is not whole, or that answers another
 * request, is replaced by an error: a long one can only be broken off, which a client notices as well.
 * Event streams pass through chunk by chunk; of a long message only its outermost fields are looked at.
 */
export function completeResponse(response: Response, options: CompleteResponseOptions): Response {
  const body = completeBody(response, options);
  if (!body) return response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(toStream(body), { status: response.status, statusText: response.statusText, headers });
}

/** The body of `completeResponse`; undefined where the response's own will do. */
export function completeBody(response: Response, options: CompleteResponseOptions): BodyReader | undefined {
  const contentType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (response.body && contentType === 'text/event-stream') return completeEventStream(response.body, options);
  if (response.body && contentType === 'application/json') return completeJson(response.body, options);
  options.onSettled?.(undefined);
  return response.body && options.cut ? cutShort(response.body, options.cut) : undefined;
}
