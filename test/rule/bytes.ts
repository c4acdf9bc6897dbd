import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { type Cell, type End, isEventStream } from './axes.ts';
import { answerTo, notification } from './messages.ts';

/** What a server writes, byte for byte. */
export interface AnswerBytes {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly framing: Cell['framing'];
  /** As much of the body as comes. */
  readonly body: Buffer;
  /** How long the body would have been; bytes. */
  readonly wholeLength: number;
  readonly how: End['how'];
  /** What follows, one by one, while the connection stays open. */
  readonly comments: readonly Buffer[];
}

const COMMENTS = 30;
const LINE_ENDS = { LF: '\n', CRLF: '\r\n', CR: '\r' };

/** The bytes of a cell's answer to a request. */
export async function answerBytes(cell: Cell, method: string, id: unknown): Promise<AnswerBytes> {
  const { status, type, encoding, framing, end } = cell;
  const isStream = isEventStream(cell);
  const message = answerTo(method, id, cell);
  const text = JSON.stringify(
    cell.shape === 'one message' ? message : [message],
    null,
    cell.data === 'pretty-printed' ? 2 : 0,
  );
  const dressed = `${cell.start === 'plain' ? '' : '\ufeff'}${isStream ? eventStream(text, cell) : jsonText(text, cell)}`;
  const comment = (isStream ? ': still here\n\n' : '\n').replaceAll('\n', LINE_ENDS[cell.lines]);
  const hasComments = end.how === 'left open with comments';
  const [body, comments] = await encoded(encoding, dressed, Array(hasComments ? COMMENTS : 0).fill(comment));
  const isWhole = end.how === 'closed' || end.how.startsWith('left open');
  return {
    status,
    headers: { 'content-type': type, ...(encoding !== 'identity' && { 'content-encoding': encoding }) },
    framing,
    body: isWhole ? body : body.subarray(0, body.byteLength - (end.missing % (body.byteLength + 1))),
    wholeLength: body.byteLength,
    how: end.how,
    comments,
  };
}

function eventStream(text: string, { event: kind, data, lines, around }: Cell): string {
  const field = data === 'without a space' ? 'data:' : 'data: ';
  const name = kind === 'named' ? 'event: message\n' : '';
  const event = (text: string) => `${name}${text.replaceAll(/^/gm, field)}\n\n`;
  const note = (text: string) => event(JSON.stringify(notification(text)));
  const before = { nothing: '', 'comments and empty events': ': hello\n\ndata:\n\n\nevent: ping\ndata: {}\n\n' };
  const after = { nothing: '', 'comments and empty events': ': bye\n\n' };
  const stream =
    around === 'notifications'
      ? `${note('before')}${event(text)}${note('after')}`
      : `${before[around]}${event(text)}${after[around]}`;
  return stream.replaceAll('\n', LINE_ENDS[lines]);
}

function jsonText(text: string, { lines, around }: Cell): string {
  return `${around === 'nothing' ? text : `\n\n${text}\n`}`.replaceAll('\n', LINE_ENDS[lines]);
}

/**
 * A body and what follows it, encoded so that each part can be decoded as soon as it has come. Where nothing follows, the
 * body holds the end of the encoding too.
 */
async function encoded(encoding: Cell['encoding'], body: string, rest: string[]): Promise<[Buffer, Buffer[]]> {
  if (encoding === 'identity') return [Buffer.from(body), rest.map((part) => Buffer.from(part))];
  const flush = encoding === 'gzip' ? constants.Z_SYNC_FLUSH : constants.BROTLI_OPERATION_FLUSH;
  const encoder =
    encoding === 'gzip'
      ? createGzip({ flush })
      : createBrotliCompress({ flush, params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  let out: Buffer[] = [];
  encoder.on('data', (chunk: Buffer) => out.push(chunk));
  const parts: Buffer[] = [];
  for (const part of [body, ...rest]) {
    const { promise, resolve } = Promise.withResolvers<void>();
    encoder.write(part);
    encoder.flush(flush, resolve);
    await promise;
    parts.push(Buffer.concat(out));
    out = [];
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  encoder.once('end', resolve).end();
  await promise;
  const [first = Buffer.alloc(0), ...others] = parts;
  return [rest.length === 0 ? Buffer.concat([first, ...out]) : first, others];
}
