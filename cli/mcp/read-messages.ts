import { answers, errorWithoutId, readMessages as parseMessages } from '../../wire/answer.ts';
import { createEventReader } from '../../wire/event-reader.ts';
import type { JsonRpcId } from '../../wire/json-rpc.ts';
import type { JsonRpcMessage } from './json-rpc.ts';

/** The content types in which a server may answer, as an `Accept` header says it. */
export const ACCEPTED = 'application/json, text/event-stream';

/**
 * The JSON-RPC messages of a response, as they arrive: each as its sender wrote it, but on one line. An event that is no
 * JSON is left out, as SDKs do.
 *
 * @param id of the request that is answered: its answer is the last message, and carries the id as it was sent
 * @throws when the content type is neither JSON nor an event stream, or when what is called JSON is none
 */
export async function* readMessages(response: Response, id?: JsonRpcMessage['id']): AsyncGenerator<string, void> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') {
    for await (const text of response.body ? readEvents(response.body) : []) {
      for (const message of parseMessages(text) ?? []) {
        const isAnswer = id !== undefined && id !== null && answers(message, id);
        yield asLine(text, message, isAnswer ? id : undefined);
        if (isAnswer) return;
      }
    }
    return;
  }
  const text = await response.text();
  if (type !== 'application/json') {
    throw new Error(
      `The server answered with ${type ?? 'no content type'}, not with JSON or an event stream. Is there an MCP server at this address?`,
    );
  }
  const messages = parseMessages(text);
  if (!messages && text.trim() !== '') throw new Error("The server's answer is no JSON, or was cut short.");
  for (const message of messages ?? []) {
    // An error that names no request is for the only one there is.
    const isAnswer = id !== undefined && id !== null && (answers(message, id) || errorWithoutId(message) !== undefined);
    yield asLine(text, message, isAnswer ? id : undefined);
    if (isAnswer) return;
  }
}

/** A text whose message answers a request by an id that is written otherwise, with the id as it was sent; else undefined. */
export function withId(text: string, id: JsonRpcId): string | undefined {
  const answer = parseMessages(text)?.find((message) => answers(message, id));
  return answer && answer.id !== id ? JSON.stringify({ ...answer, id }) : undefined;
}

/** As it was written, unless it stood in an array, or names its request otherwise than who sent it. */
function asLine(text: string, message: unknown, id: JsonRpcId | undefined): string {
  const isAsWritten = text.trimStart().startsWith('{') && (id === undefined || (message as JsonRpcMessage).id === id);
  if (isAsWritten) return onOneLine(text);
  return JSON.stringify(id === undefined ? message : { ...(message as object), id });
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const arrived: string[] = [];
  const events = createEventReader(Number.POSITIVE_INFINITY, (data) => {
    if (data?.trim()) arrived.push(data);
  });
  for await (const chunk of body) {
    events.feed(chunk);
    yield* arrived.splice(0);
  }
}

/** In JSON a line break can only stand between tokens. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ').trim();
}
