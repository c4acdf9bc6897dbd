import { answers, describeAnswer, errorWithoutId, isMessage, readMessages } from './answer.ts';
import { readBody } from './body-reader.ts';
import { decodeUtf8 } from './bytes.ts';
import {
  type CompleteAnswerOptions,
  type CompletedBody,
  encode,
  MAX_HELD_SIZE,
  nothingSeen,
} from './completed-answer.ts';
import { errorMessage, type JsonRpcError } from './json-rpc.ts';

/** A JSON body, held until it is whole; a long one passes through, and nobody knows what it was. */
export function completeJson(
  source: ReadableStream<Uint8Array>,
  status: number,
  { id, failure, cutoff, known }: CompleteAnswerOptions,
): CompletedBody {
  const seen = nothingSeen();
  let held: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  /** What the body fails with behind what has come of it. */
  let broken: unknown;
  const reader = readBody(source, cutoff);

  function replaceBy(error: JsonRpcError): void {
    held = [encode(errorMessage(id, error))];
  }

  function end(): void {
    ended = true;
    if (size > MAX_HELD_SIZE) return;
    seen.answer = known?.();
    if (seen.answer) return;
    const messages = readMessages(decodeUtf8(held).replace(/^\uFEFF/, ''));
    const message = messages?.find((each) => answers(each, id) || (status >= 400 && errorWithoutId(each)));
    if (message) seen.answer = describeAnswer(message as Record<string, unknown>);
    else if (!messages) seen.isCutOff = true;
    else if (status < 300 && messages.every(isMessage)) {
      const error = failure(undefined, { type: 'JSON', resumable: false });
      if (error) replaceBy(error);
    }
  }

  function breakOff(cause: unknown): undefined {
    ended = true;
    seen.isCutOff = true;
    const isReplaced = status < 300 && size <= MAX_HELD_SIZE;
    const error = isReplaced ? failure(cause, { type: 'JSON', resumable: false }) : undefined;
    if (error) replaceBy(error);
    else broken = cause;
  }

  return {
    seen,
    body: {
      async read() {
        while (!ended && (size <= MAX_HELD_SIZE || held.length === 0)) {
          const chunk = await reader.read().catch(breakOff);
          if (chunk) {
            held.push(chunk);
            size += chunk.byteLength;
            if (size > MAX_HELD_SIZE) seen.answer = 'unknown';
          } else if (!ended) end();
        }
        const chunk = held.shift();
        if (!chunk && broken !== undefined) throw broken;
        return chunk;
      },
      async cancel(reason) {
        held = [];
        await reader.cancel(reason);
      },
    },
  };
}
