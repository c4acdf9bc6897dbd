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
 * Whether silence is broken: where a tool is called, by a client that takes an event stream.
 *
 * @param interval longest silence; milliseconds
 */
export function isKeptAlive({ headers }: Request, { id, method }: Admission, interval: number): boolean {
  const takesEvents = /text\/event-stream/i.test(headers.get('accept') ?? '');
  return id !== undefined && method === 'tools/call' && takesEvents && interval <= LONGEST_INTERVAL;
}

/** What a server answers, if it does so within the interval, else an event stream that ends with its answer. */
export async function keepAlive(served: Promise<Response>, id: JsonRpcId, interval: number): Promise<Response> {
  if (await settlesWithin(served, interval)) return served;
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
  return new Response(toStream(readLate(served, id)), { headers });
}

/** The body of an event stream, with a comment wherever it is silent for too long between two of its lines. */
export function withComments(body: BodyReader, interval: number): BodyReader {
  let reading: Promise<Uint8Array | undefined> | undefined;
  let isBetweenLines = true;
  return {
    async read() {
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

/** Whether comments may stand in a body. */
export function takesComments(headers: Headers): boolean {
  return isEventStream(headers) && !headers.has('content-encoding');
}

/** The body of an answer that is not there yet, as an event stream that begins with a comment. */
function readLate(served: Promise<Response>, id: JsonRpcId): BodyReader {
  let body: Promise<BodyReader | undefined> | undefined;
  let isSilent = true;
  return {
    async read() {
      if (isSilent) {
        isSilent = false;
        return COMMENT;
      }
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
  if (response.ok && response.body && isEventStream(response.headers)) return readBody(response.body);
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

function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\s*(?:;|$)/i.test(headers.get('content-type') ?? '');
}

function settlesWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_INTERVAL), false);
    const settle = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(settle, settle);
  });
}
