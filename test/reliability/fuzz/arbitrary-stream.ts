import fc from 'fast-check';
import { jsonText } from './arbitrary-json.ts';
import { ANSWER } from './settles.ts';

/** How bytes come: in pieces cut at some places, or one by one; then the stream ends or breaks. */
export interface Cuts {
  readonly at: readonly number[] | 'every byte';
  /** Of all bytes, how many come; in thousandths. */
  readonly reach: number;
  readonly breaks: boolean;
}

export const cuts: fc.Arbitrary<Cuts> = fc.record({
  at: fc.oneof(fc.array(fc.nat(), { maxLength: 5 }), fc.constant('every byte' as const)),
  reach: fc.oneof({ weight: 3, arbitrary: fc.constant(1000) }, fc.nat(999)),
  breaks: fc.boolean(),
});

/** The pieces in which bytes come. Long ones are never sent byte by byte. */
export function pieces(bytes: Buffer, { at, reach }: Cuts): Buffer[] {
  const all = bytes.subarray(0, Math.ceil((bytes.byteLength * reach) / 1000));
  const every = at === 'every byte' && all.byteLength < 2000;
  const points = every
    ? Array.from(all.keys())
    : at === 'every byte'
      ? []
      : at.map((one) => one % (all.byteLength + 1));
  const sorted = [0, ...points.sort((a, b) => a - b), all.byteLength];
  return sorted.slice(1).map((end, index) => all.subarray(sorted[index], end));
}

/** Yields pieces, then ends or throws. */
export async function* deliver(all: readonly Buffer[], breaks: boolean): AsyncGenerator<Buffer, void> {
  for (const piece of all) if (piece.byteLength > 0) yield piece;
  if (breaks) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

const eol = fc.constantFrom('\n', '\r', '\r\n');
const data = fc.oneof(
  fc.constantFrom(ANSWER, '', '{', 'null', '[]', `[${ANSWER}]`),
  fc.constantFrom('{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1,"progressToken":1}}'),
  fc.constantFrom('{"jsonrpc":"2.0","id":"the-request"}', '{"jsonrpc":"2.0","id":"the-request","result":}'),
  fc.constantFrom(
    '{"jsonrpc":"1.0","id":"the-request","result":{}}',
    '{"jsonrpc":"2.0","id":"the-request","result":5}',
  ),
  fc.constantFrom('{"jsonrpc":"2.0","id":"the-request","error":"no"}', '{"jsonrpc":"2.0","id":"other","result":{}}'),
  fc.constantFrom('{"jsonrpc":"2.0","id":"the-request","method":"x"}', '{"id":"the-request","result":{}]'),
  jsonText.map((text) => `{"jsonrpc":"2.0","id":"the-request","result":${text}}`),
  jsonText,
);
const line = fc.oneof(
  { weight: 4, arbitrary: data.map((text) => `data: ${text}`) },
  fc.constantFrom(
    'event: message',
    'event: other',
    'event:',
    'id: 1',
    'id',
    'retry: 1',
    ': comment',
    'data',
    'data:',
    '\ufeff',
  ),
  fc.string({ maxLength: 10 }).map((text) => text.replace(/[\r\n]/g, '')),
);

/** The text of an event stream, well formed or nearly so. */
export const eventStream: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.tuple(line, eol, fc.constantFrom(1, 2, 2)), { maxLength: 6 }))
  .map(([lines]) => lines.map(([text, end, times]) => text + end.repeat(times)).join(''));

/** A body that is JSON, or nearly so. */
export const jsonBody: fc.Arbitrary<string> = fc.oneof(data, fc.string({ maxLength: 20 }));
