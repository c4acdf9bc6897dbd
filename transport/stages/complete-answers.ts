import { type BodyReader, toStream } from '../../wire/body-reader.ts';
import { completeAnswer } from '../../wire/complete-answer.ts';
import type { BrokenBody, CompletedAnswer } from '../../wire/completed-answer.ts';
import type { JsonRpcError } from '../../wire/json-rpc.ts';
import { explainConnectionError } from '../connection-error.ts';
import { BrokenAnswerError } from '../errors.ts';
import { isReading } from '../mcp-message.ts';
import { responseWith } from '../response-with.ts';
import type { Stage, StagedRequest } from './stage.ts';

/** JSON-RPC error code of a connection that closed before the response; both SDK lines use it. */
const CONNECTION_CLOSED = -32000;

/**
 * Sees to it that no client waits for an answer that will not come: the rule is `wire/complete-answer.ts`.
 *
 * The answer to a message that only reads is awaited here, so that it can be asked for again when it breaks off.
 */
export const completeAnswers: Stage = async (request, next) => {
  const { message, signal } = request;
  const response = await next(request);
  if (message?.id === undefined || !response.ok) return response;
  let broken: string | undefined;
  let isReplaced = false;
  const isProbe = message.method === 'server/discover';
  const failure = (cause: unknown, body: BrokenBody): JsonRpcError | undefined => {
    if (signal?.aborted || (body.resumable && hasSession(request, response))) return undefined;
    broken = brokenMessage(cause);
    // An SDK tells by itself of a JSON body that breaks off.
    isReplaced = body.type !== 'JSON' || cause === undefined;
    return isReplaced ? { code: CONNECTION_CLOSED, message: broken } : undefined;
  };
  const completed = completeAnswer(response, { id: message.id, failure, ...(signal && { cutoff: signal }) });
  const { seen } = completed;
  if (!completed.body) return response;
  const body = explained(completed.body);
  if (!isReading(message)) return toResponse(completed, body, response);

  const { chunks, cause } = await readUntil(() => seen.answer !== undefined || (seen.isResponded && !isProbe), body);
  signal?.throwIfAborted();
  // To an error of ours a client that finds out the protocol's revision would take the server for an old one.
  const isHidden = isReplaced && isProbe;
  const held = isHidden
    ? Response.json({ message: broken }, { status: 502 })
    : toResponse(completed, withFirst(chunks, body, cause), response);
  if (!isHidden && !seen.isCutOff) return held;
  throw new BrokenAnswerError(broken ?? brokenMessage(cause), held, seen.isCutOff, { cause });
};

function brokenMessage(cause: unknown): string {
  const why = cause instanceof Error ? `: ${cause.message.replace(/\.$/, '')}` : '';
  return `The response ended before the answer to this request came${why}. The server may have run it.`;
}

function hasSession(request: StagedRequest, response: Response): boolean {
  return request.headers.has('mcp-session-id') || response.headers.has('mcp-session-id');
}

/** The chunks up to the one that brings what is awaited, or up to the body's end. */
async function readUntil(
  isThere: () => boolean,
  body: BodyReader,
): Promise<{ readonly chunks: Uint8Array[]; readonly cause?: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    while (!isThere()) {
      const chunk = await body.read();
      if (!chunk) break;
      chunks.push(chunk);
    }
    return { chunks };
  } catch (cause) {
    return { chunks, cause };
  }
}

/** A body of which some has been read already, and that may have failed since. */
function withFirst(chunks: Uint8Array[], body: BodyReader, cause: unknown): BodyReader {
  return {
    async read() {
      const first = chunks.shift();
      if (first) return first;
      if (cause !== undefined) throw cause;
      return body.read();
    },
    cancel: body.cancel,
  };
}

function explained(body: BodyReader): BodyReader {
  return {
    async read() {
      try {
        return await body.read();
      } catch (error) {
        throw explainConnectionError(error);
      }
    },
    cancel: body.cancel,
  };
}

function toResponse({ status, headers: given }: CompletedAnswer, body: BodyReader, response: Response): Response {
  const headers = new Headers(given);
  headers.delete('content-length');
  return responseWith(toStream(body), { status, statusText: response.statusText, headers }, response);
}
