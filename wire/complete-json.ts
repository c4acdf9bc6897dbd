import { type Answer, answers, describeAnswer, errorWithoutId, isMessage, readMessages } from './answer.ts';
import { readBody } from './body-reader.ts';
import { decodeUtf8 } from './bytes.ts';
import { type CompleteAnswerOptions, type CompletedBody, encode, MAX_HELD_SIZE } from './completion.ts';
import { errorMessage, type JsonRpcError } from './json-rpc.ts';

/** A JSON body, held until it is whole; a long one passes through, and nobody knows what it was. */
export function completeJson(
  source: ReadableStream<Uint8Array>,
  status: number,
  { id, failure, cut }: CompleteAnswerOptions,
): CompletedBody {
  let answer: Answer | 'unknown' | undefined;
  let held: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  let cutOff = false;
  /** What the body fails with behind what has come of it. */
  let broken: { readonly cause: unknown } | undefined;
  const reader = readBody(source, cut);

  function replaceBy(error: JsonRpcError | undefined): void {
    if (error) held = [encode(errorMessage(id, error))];
  }

  function end(): void {
    ended = true;
    if (size > MAX_HELD_SIZE) return;
    const messages = readMessages(decodeUtf8(held).replace(/^\uFEFF/, ''));
    const message = messages?.find((each) => answers(each, id) || (status >= 400 && errorWithoutId(each)));
    if (message) answer = describeAnswer(message as Record<string, unknown>);
    else if (!messages) cutOff = true;
    else if (status < 300 && messages.every(isMessage)) {
      replaceBy(failure(undefined, { type: 'JSON', resumable: false }));
    }
  }

  function breakOff(cause: unknown): void {
    ended = true;
    cutOff = true;
    const error =
      status < 300 && size <= MAX_HELD_SIZE ? failure(cause, { type: 'JSON', resumable: false }) : undefined;
    if (!error) broken = { cause };
    replaceBy(error);
  }

  return {
    answer: () => answer,
    isResponded: () => answer !== undefined,
    isCutOff: () => cutOff,
    body: {
      async read() {
        while (!ended && (size <= MAX_HELD_SIZE || held.length === 0)) {
          let chunk: Uint8Array | undefined;
          try {
            chunk = await reader.read();
          } catch (cause) {
            breakOff(cause ?? new Error('The response was broken off.'));
            break;
          }
          if (!chunk) end();
          else {
            held.push(chunk);
            size += chunk.byteLength;
            if (size > MAX_HELD_SIZE) answer = 'unknown';
          }
        }
        const chunk = held.shift();
        if (!chunk && broken) throw broken.cause;
        return chunk;
      },
      async cancel(reason) {
        held = [];
        await reader.cancel(reason);
      },
    },
  };
}
