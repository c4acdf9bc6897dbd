import { answers, errorWithoutId } from '../../wire/answer.ts';
import { createEventReader } from '../../wire/event-reader.ts';
import { isRecord } from '../../wire/json.ts';
import type { JsonRpcId } from '../../wire/json-rpc.ts';
import { parseExactJson } from './exact-json.ts';
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
  if (text.trim() === '') {
    if (id === undefined) return;
    throw new Error(`The server answered with nothing (${response.status}). Is there an MCP server at this address?`);
  }
  if (type !== 'application/json') {
    throw new Error(
      `The server answered with ${type ?? 'no content type'}, not with JSON or an event stream. Is there an MCP server at ` +
        `this address? It says: ${inShort(text)}`,
    );
  }
  const messages = parseMessages(text);
  if (!messages) throw new Error("The server's answer is no JSON, or was cut short.");
  if (!messages.some((message) => isRecord(message) && message.jsonrpc === '2.0')) {
    throw new Error(
      `The server answered with JSON that is no MCP message: ${inShort(text)}. A Lambda function serves MCP by ` +
        'createLambdaHandler.',
    );
  }
  for (const message of messages) {
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

/** The messages of a JSON text, with all their digits: what stands in an array is written anew. */
function parseMessages(text: string): unknown[] | undefined {
  try {
    return [parseExactJson(text)].flat();
  } catch {
    return undefined;
  }
}

function inShort(text: string): string {
  const line = onOneLine(text);
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** In JSON a line break can only stand between tokens. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ').trim();
}
