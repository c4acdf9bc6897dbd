import { readBody } from './body-reader.ts';
import { completeEvents } from './complete-events.ts';
import { completeJson } from './complete-json.ts';
import { type CompleteAnswerOptions, type CompletedAnswer, nothingSeen } from './completed-answer.ts';
import { errorMessage } from './json-rpc.ts';

/*
 * The rule of this package: what a stock SDK client would take arrives unchanged, and what a stock server says leaves
 * unchanged. An error is added only where the SDK would otherwise wait for its own time-out.
 *
 * An SDK waits when a 2xx answer comes to its end, or never had one, without the JSON-RPC response to its request. So:
 *
 * - an event stream that ends or breaks without the response gets an error event; one whose last event lacks only its
 *   blank line gets the blank line
 * - a JSON body that is JSON-RPC, but not the response, is replaced by an error
 * - a 202, and an event stream without a body, are replaced by an error
 *
 * All else passes as it is: refusals (4xx and 5xx), whatever is in them; bodies that are not JSON-RPC, which an SDK
 * refuses by itself; and whatever comes after the response.
 *
 * What deliberately differs elsewhere, and why:
 *
 * - `transport/stages/answer-locally.ts`: what a stateless server would ignore is answered without the network.
 * - `transport/stages/complete-answers.ts`: the answer to what only reads is held, and the notifications before it, until
 *   it is there, so that it can be asked for again.
 * - `transport/stages/retry.ts`: throttles, what AWS could not begin with, connections never made and broken answers to
 *   what only reads are retried. A last 429 or 409 of these is a 503 to `server/discover` alone, by which a client finds
 *   out the protocol's revision: it would take a 4xx for an old server.
 * - `transport/stages/follow-redirects.ts`: a signed request goes to no other origin, and is not made a GET.
 * - `transport/stages/sign.ts`: what is larger than Lambda takes is not sent.
 * - `server/keep-alive.ts`: the call of a tool that was silent for 15 seconds becomes an event stream of comments, so that
 *   no limit on the way cuts it.
 * - `server/admit-request.ts`: an `Origin` that is not allowed, a body that is too large and a batch are refused. A
 *   stateless server has no use for GET and DELETE.
 */

/** The same response, but one after which no SDK waits any more. */
export function completeAnswer(response: Response, options: CompleteAnswerOptions): CompletedAnswer {
  const { status, headers, body: source } = response;
  const { cutoff, encoded, failure } = options;
  const type = mediaType(headers);
  const seen = nothingSeen();
  const pass = () => ({ status, headers, body: source ? readBody(source, cutoff) : undefined, seen });
  if (status < 300) {
    if (status === 202 || (!source && type === 'text/event-stream')) {
      const error = failure(undefined, { type: 'JSON', resumable: false });
      if (!error) return pass();
      void source?.cancel().catch(() => {});
      return errorAnswer(headers, errorMessage(options.id, error));
    }
    if (encoded && isEncoded(headers)) {
      seen.answer = 'unknown';
      return pass();
    }
    if (source && type === 'text/event-stream') return { status, headers, ...completeEvents(source, options) };
  }
  if (source && type === 'application/json' && !(encoded && isEncoded(headers))) {
    return { status, headers, ...completeJson(source, status, options) };
  }
  return pass();
}

function errorAnswer(given: Headers, text: string): CompletedAnswer {
  const headers = new Headers(given);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  headers.delete('content-encoding');
  const body = readBody(new Blob([text]).stream());
  return { status: 200, headers, body, seen: { ...nothingSeen(), isCutOff: true } };
}

function mediaType(headers: Headers): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

function isEncoded(headers: Headers): boolean {
  return !/^(?:identity)?$/i.test(headers.get('content-encoding') ?? '');
}
