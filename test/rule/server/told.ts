import { setTimeout as sleep } from 'node:timers/promises';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import type { Cell } from '../axes.ts';
import { type AnswerBytes, answerBytes } from '../bytes.ts';

/** The request header that holds the cell to answer with. */
export const CELL_HEADER = 'x-cell';
/** Headers of the server's own, beside those of the cell; a name may come twice. */
export const OWN_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['cache-control', 'no-store, max-age=0'],
  ['mcp-session-id', 'a-session'],
  ['set-cookie', 'a=1; Path=/'],
  ['set-cookie', 'b=2; Path=/'],
];
/** How long a connection that is left open still gets comments; the function's time-out is longer. Milliseconds. */
const BETWEEN_COMMENTS = 40;

/** A server that answers with the bytes of a cell. */
export const handler = createLambdaHandler({ fetch: respond }, { logger() {} });

async function respond(request: Request): Promise<Response> {
  const cell: Cell = JSON.parse(request.headers.get(CELL_HEADER) ?? '');
  const { id, method } = (await request.json()) as { id: number; method: string };
  const answer = await answerBytes(cell, method, id);
  const headers = new Headers([...Object.entries(answer.headers), ...OWN_HEADERS].map(([...pair]) => pair));
  if (answer.framing === 'content-length') headers.set('content-length', String(answer.wholeLength));
  return new Response(toStream(chunks(answer)), { status: answer.status, headers });
}

/** In pieces where it has no content length. */
async function* chunks({ framing, body, how, comments }: AnswerBytes): AsyncGenerator<Buffer, void> {
  const size = framing === 'chunked' ? 7 : body.byteLength;
  for (let at = 0; at < body.byteLength; at += size) yield body.subarray(at, at + size);
  if (how === 'broken off') throw new Error('The server breaks off.');
  if (!how.startsWith('left open')) return;
  for (const comment of comments) {
    await sleep(BETWEEN_COMMENTS);
    yield comment;
  }
  await new Promise(() => {});
}

function toStream(source: AsyncGenerator<Buffer, void>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { value } = await source.next();
        if (value) controller.enqueue(value);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
