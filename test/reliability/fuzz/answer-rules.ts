import assert from 'node:assert/strict';
import { SERVER_SECRET } from '../functions/tools.ts';

/** An HTTP answer in full. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

/** What a function made with this package answers; `docs/reliability.md` says when. */
const SERVER_STATUSES = new Set([200, 202, 400, 403, 404, 405, 406, 413, 415, 500]);
/** A stack trace, of an error or in a message. */
const STACK_TRACE = /\n\s+at |\\n\s+at |node:internal|\/node_modules\//;

/** Whatever a caller sees or a log keeps: no stack trace, no secret. */
export function assertTellsNothing(text: string, secrets: readonly string[] = []): void {
  assert.doesNotMatch(text, STACK_TRACE, 'a stack trace');
  for (const secret of [SERVER_SECRET, ...secrets]) assert.ok(!text.includes(secret), 'a secret');
}

/** A server's answer: a documented status, and a body that is JSON-RPC or nothing. */
export function assertServerAnswer(answer: HttpAnswer, sent: string): void {
  assert.ok(SERVER_STATUSES.has(answer.status), `status ${answer.status} is not documented`);
  assertTellsNothing(answer.body);
  if (answer.status === 202) {
    assert.equal(answer.body.trim(), '', 'a body with 202');
    return;
  }
  const responses = messagesOf(answer).filter((message): message is Record<string, unknown> => {
    assertMessage(message);
    return !('method' in message);
  });
  const asked = requestId(sent);
  assert.equal(responses.length, 1, `${responses.length} responses`);
  const id = responses[0]?.id;
  if (answer.status === 200) assert.deepEqual(id, asked, 'the id of another request');
  else assert.ok(id === null || id === undefined || id === asked, 'the id of another request');
}

/** Of JSON-RPC 2.0: a notification, or a response with either result or error. */
export function assertMessage(message: unknown): asserts message is Record<string, unknown> {
  assert.ok(typeof message === 'object' && message !== null && !Array.isArray(message), 'not an object');
  assert.equal((message as Record<string, unknown>).jsonrpc, '2.0', 'no jsonrpc 2.0');
  const { id = null } = message as Record<string, unknown>;
  assert.ok(id === null || typeof id === 'string' || typeof id === 'number', 'an id that is none');
  if ('method' in message) return assert.equal(typeof message.method, 'string');
  assert.ok('result' in message !== 'error' in message, 'neither result nor error, or both');
  if (!('error' in message)) return;
  const { code, message: text } = message.error as Record<string, unknown>;
  assert.ok(Number.isInteger(code) && typeof text === 'string', 'an error without code or message');
}

/** The messages of a JSON or event-stream body. */
export function messagesOf({ contentType, body }: HttpAnswer): unknown[] {
  if (contentType?.startsWith('application/json')) return [JSON.parse(body)];
  assert.ok(contentType?.startsWith('text/event-stream'), `the content type ${contentType}`);
  return eventsOf(body).map((data) => JSON.parse(data));
}

/** The data of an event stream's messages, as a browser would dispatch them. */
export function eventsOf(body: string): string[] {
  return body
    .split(/\r\n\r\n|\n\n|\r\r/)
    .slice(0, -1)
    .flatMap((event) => {
      const lines = event.split(/\r\n|\n|\r/);
      const type = lines.findLast((line) => line.startsWith('event:')) ?? 'event: message';
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
      return data.join('') !== '' && type.slice(6).trim() === 'message' ? [data.join('\n')] : [];
    });
}

/** The id that a response must carry, once through JSON: `1e400` comes back as null. */
function requestId(sent: string): unknown {
  try {
    return JSON.parse(JSON.stringify(JSON.parse(sent).id));
  } catch {
    return undefined;
  }
}
