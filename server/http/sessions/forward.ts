import { type BodyReader, readBody, toStream } from '../../../wire/body-reader.ts';
import { completeAnswer } from '../../../wire/complete-answer.ts';
import type { EventRequest } from '../../../wire/event-to-request.ts';
import { asRecord, parseJson } from '../../../wire/json.ts';
import type { JsonRpcId } from '../../../wire/json-rpc.ts';
import { errorResponse, JsonRpcErrorCode } from '../../json-rpc.ts';
import { SESSION_NOT_FOUND } from '../../serve-session.ts';

/** Marks a request that another process sent on: it goes no further. */
export const FORWARDED = 'lambda-mcp-forwarded';

/** Of one connection; and what a `fetch` sets by itself. */
const NOT_PASSED = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'content-length',
];

/** Sends a request of a session on to the process that has it. With the process its sessions have ended: 404. */
export async function forward({ request, text }: EventRequest, address: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of NOT_PASSED) headers.delete(name);
  headers.set(FORWARDED, '1');
  const { method, signal } = request;
  const body = method === 'POST' ? text : null;
  let answer: Response;
  try {
    answer = await fetch(new URL(pathname + search, address), { method, headers, body, signal, redirect: 'manual' });
  } catch {
    return errorResponse(404, SESSION_NOT_FOUND);
  }
  const { id, method: asked } = asRecord(parseJson(text));
  if (id === undefined || asked === undefined) {
    const body = answer.body && toStream(endWhereItBreaks(readBody(answer.body)));
    return decoded(answer.status, answer.headers, body);
  }
  const message = 'The process that had this session has ended. Whether the call was carried out is not known.';
  const completed = completeAnswer(answer, {
    id: id as JsonRpcId,
    // A stream that its server ended, to be taken up again, is whole.
    failure: (cause, { resumable }) =>
      resumable && cause === undefined ? undefined : { code: JsonRpcErrorCode.internalError, message },
  });
  return decoded(completed.status, completed.headers, completed.body ? toStream(completed.body) : null);
}

/** For the stream of a session: its client opens it again, however it ended, and is then told that there is no session. */
function endWhereItBreaks({ read, cancel }: BodyReader): BodyReader {
  return { cancel, read: () => read().catch(() => undefined) };
}

/** `fetch` has decoded the body. */
function decoded(status: number, given: Headers, body: ReadableStream | null): Response {
  const headers = new Headers(given);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive']) {
    headers.delete(name);
  }
  return new Response(body, { status, headers });
}
