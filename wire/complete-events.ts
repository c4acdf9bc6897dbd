import { answers, describeAnswer, errorWithoutId, isResponse, isTaken, readMessages } from './answer.ts';
import { readBody } from './body-reader.ts';
import {
  type CompleteAnswerOptions,
  type CompletedBody,
  encode,
  MAX_HELD_SIZE,
  nothingSeen,
} from './completed-answer.ts';
import { createEventReader } from './event-reader.ts';
import { errorMessage, type JsonRpcError, type JsonRpcId } from './json-rpc.ts';

/** An event stream, passed on chunk by chunk, and completed at its end. */
export function completeEvents(
  source: ReadableStream<Uint8Array>,
  { id, failure, cutoff }: CompleteAnswerOptions,
): CompletedBody {
  const seen = nothingSeen();
  let refusal: JsonRpcError | undefined;
  const look = (data: string | undefined): void => {
    if (data === undefined) {
      seen.answer ??= 'unknown';
      return;
    }
    const messages = readMessages(data) ?? [];
    const [message] = messages;
    seen.isResponded ||= messages.some(isResponse);
    refusal ??= errorWithoutId(message);
    // No SDK takes an array in an event.
    if (!seen.answer && answers(message, id) && isTaken(message) && !data.trimStart().startsWith('[')) {
      seen.answer = describeAnswer(message);
    }
  };
  const events = createEventReader(MAX_HELD_SIZE, look);
  const reader = readBody(source, cutoff);
  let ended = false;

  /** What an SDK needs after the last chunk, so that it does not wait. */
  function lastChunk(cause: unknown): Uint8Array | undefined {
    ended = true;
    if (seen.answer) return events.endsInLf ? undefined : encode('\n');
    const unfinished = events.finish();
    if (unfinished !== undefined) look(unfinished);
    if (seen.answer) return encode('\n\n');
    seen.isCutOff = !seen.isResponded;
    const why = cause ?? (seen.isResponded && new Error('The answer is not as JSON-RPC has it: no client takes it.'));
    const error = failure(why || undefined, { type: 'event stream', resumable: events.resumable });
    if (error) return errorEvent(id, refusal ?? error);
    if (cause !== undefined) throw cause;
    return undefined;
  }

  return {
    seen,
    body: {
      async read() {
        if (ended) return undefined;
        let chunk: Uint8Array | undefined;
        try {
          chunk = await reader.read();
        } catch (cause) {
          return lastChunk(cause);
        }
        if (ended) return undefined;
        if (!chunk) return lastChunk(undefined);
        events.feed(chunk);
        return chunk;
      },
      async cancel(reason) {
        ended = true;
        await reader.cancel(reason);
      },
    },
  };
}

/**
 * An error as an event of its own, even in the middle of another: the line before it gives the event that was cut off
 * a type that no MCP client listens to.
 */
function errorEvent(id: JsonRpcId, error: JsonRpcError): Uint8Array {
  return encode(`\nevent: incomplete\n\nevent: message\ndata: ${errorMessage(id, error)}\n\n`);
}
