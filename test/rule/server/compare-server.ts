import { type Cell, isEventStream, isOpen } from '../axes.ts';
import type { AnswerBytes } from '../bytes.ts';
import type { Left } from './observe-server.ts';
import { OWN_HEADERS } from './told.ts';

/** One way of answering: what a server said, and what left the function. */
export interface SaidAndLeft {
  readonly cell: Cell;
  readonly said: AnswerBytes;
  readonly left: Left;
  /** The id of the request. */
  readonly id: number;
  /** The JSON of the message that the bytes hold in full, whether or not a client takes it. */
  readonly held: unknown;
}

interface Difference {
  readonly why: string;
  when(seen: SaidAndLeft): boolean;
}

/** How a body may leave otherwise than it was said. Of an encoded one nothing may differ but that it breaks. */
const BODIES: readonly Difference[] = [
  {
    why: 'an encoded body that breaks off before its first byte: nothing has left yet, so the function has failed',
    when: ({ cell, said, left }) => isBroken(cell) && said.body.byteLength === 0 && left.status === 502,
  },
  {
    why: 'an event stream that breaks off behind its answer: its client has what it asked for',
    when: (seen) => isLookedInto(seen) && isBroken(seen.cell) && isAnswer(seen) && rest(seen) === '',
  },
  {
    why: 'an empty body: Lambda sends status and headers with the first byte, so there is one, of no encoding',
    when: ({ said, left }) => said.body.byteLength === 0 && left.body.toString() === '\n',
  },
  {
    why: 'a 202 to a request: its client would wait for its time-out, and gets an error',
    when: ({ cell, left, id }) => cell.status === 202 && left.status === 200 && isErrorJson(left, id),
  },
  {
    why: 'an event stream that ended without the answer, or whose time is up: an error event stands behind it',
    when: (seen) => isLookedInto(seen) && !isAnswer(seen) && isErrorEvent(rest(seen), seen.id),
  },
  {
    why: 'an event stream that holds the whole answer, but not what makes a parser take it',
    when: (seen) => isLookedInto(seen) && isAnswer(seen) && /^\n{1,2}$/.test(rest(seen) ?? ''),
  },
  {
    why: 'JSON that is no answer to the request, whose client would wait for its time-out: an error in its place',
    when: ({ cell, left, id, held }) =>
      isSuccess(cell) &&
      !isEventStream(cell) &&
      held !== undefined &&
      cell.id === 'of another request' &&
      isErrorJson(left, id),
  },
  {
    why: 'JSON that breaks off, or whose time is up: what went wrong goes to the log, and an error to the client',
    when: ({ cell, left, id }) =>
      isSuccess(cell) && !isEventStream(cell) && (isBroken(cell) || isOpen(cell)) && isErrorJson(left, id),
  },
  {
    why: 'a body that breaks off within the server: as much of it as had come',
    when: ({ cell, said, left }) =>
      (isBroken(cell) || isOpen(cell)) &&
      !left.isComplete &&
      said.body.subarray(0, left.body.byteLength).equals(left.body),
  },
  {
    why: 'a body that is left open: comments behind it, until the time is up',
    when: ({ cell, said, left }) =>
      isOpen(cell) &&
      Buffer.concat([said.body, ...said.comments])
        .subarray(0, left.body.byteLength)
        .equals(left.body),
  },
];

/** Headers that are the connection's, or the platform's, or said by this package beside the server's own. */
const ADDED = /^(?:connection|content-length|date|keep-alive|transfer-encoding|lambda-mcp-caller|x-amzn-.*):/;

/** What is wrong; undefined: nothing. */
export function compareServer(seen: SaidAndLeft): string | undefined {
  const { cell, said, left } = seen;
  const isExact = left.status === said.status && left.body.equals(said.body) && left.isComplete === !isBroken(cell);
  const isStatusKept =
    left.status === said.status ||
    (said.status === 202 && left.status === 200) ||
    (isBroken(cell) && left.status === 502);
  if (!isExact && !(isStatusKept && BODIES.some(({ when }) => when(seen)))) {
    const text = (body: Buffer) => JSON.stringify(body.toString().slice(-300));
    return `left ${left.status} ${left.isComplete} ${text(left.body)}\n  and was said ${said.status} ${text(said.body)}`;
  }
  if (left.status === 502) return undefined;
  const expected = headersOf(expectedHeaders(seen));
  const headers = left.headers.filter((each) => !ADDED.test(each));
  return headers.join('\n') === expected.join('\n') ? undefined : `left ${headers}\n  and was said ${expected}`;
}

function expectedHeaders({ said, left }: SaidAndLeft): AnswerBytes['headers'] {
  if (left.status !== said.status) return { 'content-type': 'application/json' };
  const { 'content-encoding': encoding, ...others } = said.headers;
  const isDecodable = said.body.byteLength > 0 || left.body.byteLength === 0;
  return { ...others, ...(encoding !== undefined && isDecodable && { 'content-encoding': encoding }) };
}

function headersOf(headers: Readonly<Record<string, string>>): string[] {
  return [...Object.entries(headers), ...OWN_HEADERS].map((pair) => pair.join(': ')).sort();
}

function isSuccess({ status }: Cell): boolean {
  return status === 200 || status === 201;
}

function isBroken({ end }: Cell): boolean {
  return end.how === 'broken off';
}

function isLookedInto({ cell }: SaidAndLeft): boolean {
  return isSuccess(cell) && isEventStream(cell) && cell.encoding === 'identity';
}

/** Whether the bytes hold the answer, in full and as both SDK lines take it. */
function isAnswer({ cell, held }: SaidAndLeft): boolean {
  return held !== undefined && cell.shape === 'one message' && (cell.id === 'number' || cell.id === 'numeric string');
}

/** What left behind the bytes that were said, and the comments after them. */
function rest({ said, left }: SaidAndLeft): string | undefined {
  if (!left.body.subarray(0, said.body.byteLength).equals(said.body)) return undefined;
  let at = said.body.byteLength;
  for (const comment of said.comments) {
    if (left.body.subarray(at, at + comment.byteLength).equals(comment)) at += comment.byteLength;
  }
  return left.body.subarray(at).toString();
}

function isErrorEvent(text: string | undefined, id: number): boolean {
  const [, data] = /\nevent: message\ndata: (.*)\n\n$/.exec(text ?? '') ?? [];
  return data !== undefined && isError(data, id);
}

function isErrorJson(left: Left, id: number): boolean {
  return isJson(left) && isError(left.body.toString(), id);
}

function isJson({ headers }: Left): boolean {
  return headers.some((each) => /^content-type: application\/json/i.test(each));
}

function isError(text: string, id: number): boolean {
  try {
    const message = JSON.parse(text);
    return message.id === id && typeof message.error.code === 'number';
  } catch {
    return false;
  }
}
