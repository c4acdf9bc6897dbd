import { answers } from '../../wire/answer.ts';
import { createEventReader } from '../../wire/event-reader.ts';
import type { JsonRpcMessage } from './json-rpc.ts';

/** The content types in which a server may answer, as an `Accept` header says it. */
export const ACCEPTED = 'application/json, text/event-stream';

/**
 * The JSON-RPC messages of a response, as they arrive: each as its sender wrote it, but on one line.
 *
 * @param id of the request that is answered: its answer is the last message, and carries the id as it was sent
 * @throws when the content type is neither JSON nor an event stream, or when what is called JSON is none
 */
export async function* readMessages(response: Response, id?: JsonRpcMessage['id']): AsyncGenerator<string, void> {
  for await (const text of texts(response)) {
    for (const message of messagesOf(text)) {
      const isAnswer = id !== undefined && id !== null && answers(message, id);
      const isAsWritten = text.trimStart().startsWith('{') && (!isAnswer || message.id === id);
      yield isAsWritten ? onOneLine(text) : JSON.stringify(isAnswer ? { ...message, id } : message);
      if (isAnswer) return;
    }
  }
}

async function* texts(response: Response): AsyncGenerator<string, void> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') {
    if (response.body) yield* readEvents(response.body);
    return;
  }
  const text = await response.text();
  if (type !== 'application/json') {
    throw new Error(
      `The server answered with ${type ?? 'no content type'}, not with JSON or an event stream. Is there an MCP server at this address?`,
    );
  }
  if (text.trim() !== '') yield text;
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

/** One message, or those of an array. */
function messagesOf(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (cause) {
    throw new Error(`The server's answer is no JSON, or was cut short (${(cause as Error).message}).`, { cause });
  }
}

/** In JSON a line break can only stand between tokens. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ').trim();
}
