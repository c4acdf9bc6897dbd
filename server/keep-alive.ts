import { errorWithoutId } from '../wire/answer.ts';
import { type BodyReader, readBody, toStream } from '../wire/body-reader.ts';
import { decodeBody } from '../wire/decode-body.ts';
import { parseJson } from '../wire/json.ts';
import { errorMessage, type JsonRpcId } from '../wire/json-rpc.ts';
import type { Admission } from './admit-request.ts';
import { JsonRpcErrorCode } from './json-rpc.ts';

/*
 * An exception to the rule in `wire/complete-answer.ts`: an answer that takes long leaves otherwise than the server says
 * it. On the way to its client stand limits on silence, of 30 seconds (API Gateway, CloudFront), 60 (load balancers), 300
 * (`fetch`), and each would cut a call that runs on. So a call that was silent for a while becomes an event stream of
 * comments, which every parser skips, and its answer an event of that stream. Whatever status the answer has then, it is
 * too late for it: a refusal becomes a JSON-RPC error, with its reason.
 */

const encoder = new TextEncoder();
/** One line, which may stand within an event. */
const COMMENT = encoder.encode(': still running\n');
const LF = 10;
/** Of Node's timers; milliseconds. */
const LONGEST_INTERVAL = 2 ** 31 - 1;

/**
 * What a server answers to the call of a tool, if it does so soon, else an event stream that ends with its answer. To all
 * else, and to a client that takes no event stream, it answers as it does.
 *
 * @param interval longest silence; milliseconds
 */
export async function keepAlive(
  served: Promise<Response>,
  { headers: asked }: Request,
  { id, method }: Admission,
  interval: number,
): Promise<Response> {
  const takesEvents = /text\/event-stream/i.test(asked.get('accept') ?? '');
  if (id === undefined || method !== 'tools/call' || !takesEvents || interval > LONGEST_INTERVAL) return served;
  const early = await within(served, interval);
  if (!early) {
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
    return new Response(toStream(withComments(readLate(served, id), interval, COMMENT)), { headers });
  }
  if (!early.body || !isEventStream(early) || early.headers.has('content-encoding')) return early;
  const { status, headers } = early;
  return new Response(toStream(withComments(readBody(early.body), interval)), { status, headers });
}

/** The body of an answer that is not there yet, as an event stream. */
function readLate(served: Promise<Response>, id: JsonRpcId): BodyReader {
  let body: Promise<BodyReader | undefined> | undefined;
  return {
    async read() {
      body ??= served.then((response) => toEvents(decodeBody(response), id));
      return (await body)?.read();
    },
    async cancel(reason) {
      body ??= served.then(({ body: source }) => source ?? undefined).then((source) => source && readBody(source));
      // Nobody waits for a server that takes its time.
      body.then((reader) => reader?.cancel(reason)).catch(() => {});
    },
  };
}

async function toEvents(response: Response, id: JsonRpcId): Promise<BodyReader | undefined> {
  if (response.ok && response.body && isEventStream(response)) return readBody(response.body);
  const text = (await response.text()).trim();
  const message = response.ok ? text.replaceAll(/[\r\n]+/g, ' ') : refusalOf(response, text, id);
  let left: Uint8Array | undefined =
    message === '' ? undefined : encoder.encode(`event: message\ndata: ${message}\n\n`);
  return {
    async read() {
      const chunk = left;
      left = undefined;
      return chunk;
    },
    async cancel() {},
  };
}

/** A refusal as the JSON-RPC error that it is, or that says what it is. */
function refusalOf({ status }: Response, text: string, id: JsonRpcId): string {
  const message = parseJson(text);
  const error = errorWithoutId(message);
  if (error) return errorMessage(id, error);
  if ((message as { jsonrpc?: unknown } | undefined)?.jsonrpc === '2.0') return text.replaceAll(/[\r\n]+/g, ' ');
  const reason = text === '' ? '' : `: ${text.slice(0, 1000)}`;
  return errorMessage(id, { code: JsonRpcErrorCode.serverError, message: `The server answered ${status}${reason}` });
}

/** The same body, with a comment wherever it is silent for too long between two of its lines. */
function withComments(body: BodyReader, interval: number, first?: Uint8Array): BodyReader {
  let opening = first;
  let reading: Promise<Uint8Array | undefined> | undefined;
  let isBetweenLines = true;
  return {
    async read() {
      if (opening) {
        const chunk = opening;
        opening = undefined;
        return chunk;
      }
      reading ??= body.read();
      if (isBetweenLines && !(await settlesWithin(reading, interval))) return COMMENT;
      const chunk = await reading;
      reading = undefined;
      const last = chunk?.at(-1);
      if (last !== undefined) isBetweenLines = last === LF;
      return chunk;
    },
    cancel: body.cancel,
  };
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\s*(?:;|$)/i.test(headers.get('content-type') ?? '');
}

/** What work gives within a time; undefined when it takes longer. Rejects as it does. */
async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  return (await settlesWithin(work, milliseconds)) ? work : undefined;
}

function settlesWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    const settle = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(settle, settle);
  });
}
