import { Readable } from 'node:stream';
import { LambdaClient } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { LambdaInvokeClientTransport } from 'lambda-mcp/transport';
import { LambdaInvokeClientTransport as LambdaInvokeClientTransportV1 } from 'lambda-mcp/transport/v1';
import { encodeEvent } from '../../../local/event-stream.ts';
import { jsonText } from './arbitrary-json.ts';
import { type Cuts, cuts, deliver, eventStream, jsonBody, pieces } from './arbitrary-stream.ts';
import { assertSettles } from './settles.ts';
import type { Target } from './target.ts';

interface Case {
  readonly line: 'v1' | 'v2';
  readonly status: number;
  /** What the function wrote: prelude, delimiter and body, or anything else. */
  readonly payload: string;
  /** Where it is cut into frames. */
  readonly frames: readonly number[];
  readonly complete: string | undefined;
  /** A byte of the encoded frames that is spoilt. */
  readonly spoilt: number | undefined;
  readonly cuts: Cuts;
}

const likelyPrelude = fc
  .tuple(
    fc.constantFrom(200, 200, 200, 202, 204, 400, 502),
    fc.constantFrom('text/event-stream', 'application/json', 'x'),
  )
  .map(([statusCode, type]) => JSON.stringify({ statusCode, headers: { 'content-type': type }, cookies: [] }));
const prelude = fc.oneof(
  { weight: 6, arbitrary: likelyPrelude },
  fc
    .record({ statusCode: fc.jsonValue({ maxDepth: 1 }), headers: fc.jsonValue(), cookies: fc.jsonValue() })
    .map((value) => JSON.stringify(value)),
  jsonText,
  fc.string({ maxLength: 20 }),
);
const delimiter = fc.oneof(
  { weight: 9, arbitrary: fc.constant('\0'.repeat(8)) },
  fc.constantFrom('', '\0'.repeat(7), '\0'.repeat(12)),
);
const payload = fc
  .tuple(prelude, delimiter, fc.oneof(eventStream, jsonBody, fc.constantFrom('', '\n')))
  .map((parts) => parts.join(''));
const complete = fc.oneof(
  { weight: 4, arbitrary: fc.constant('{}') },
  fc.constantFrom(
    '{"ErrorCode":"Unhandled","ErrorDetails":"{\\"errorType\\":\\"E\\",\\"errorMessage\\":\\"m\\"}"}',
    '',
    '{',
    '{"ErrorCode":5}',
  ),
  jsonText,
);

export const clientInvocations: Target<Case> = {
  name: 'invocations',
  title: 'any invocation stream to LambdaInvokeClientTransport, cut anywhere',
  cases: fc.record({
    line: fc.constantFrom('v1', 'v2'),
    status: fc.oneof({ weight: 12, arbitrary: fc.constant(200) }, fc.constantFrom(400, 403, 404, 413, 429, 500, 503)),
    payload,
    frames: fc.array(fc.nat(), { maxLength: 4 }),
    complete: fc.option(complete, { nil: undefined }),
    spoilt: fc.option(fc.nat(), { nil: undefined, freq: 10 }),
    cuts,
  }),
  async start() {
    let answer: { statusCode: number; headers: Record<string, string>; body: Readable };
    const client = new LambdaClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
      requestHandler: { handle: async () => ({ response: answer as never }) },
    });
    const options = { client, retry: { attempts: 1 } };
    return {
      async check({ line, status, payload, frames, complete, spoilt, cuts }) {
        const encoded = encode(payload, frames, complete);
        const at = spoilt === undefined || encoded.byteLength === 0 ? -1 : spoilt % encoded.byteLength;
        if (at >= 0) encoded[at] = (encoded[at] ?? 0) ^ 0xff;
        answer = {
          statusCode: status,
          headers: { 'content-type': 'application/vnd.amazon.eventstream' },
          body: Readable.from(deliver(pieces(encoded, cuts), cuts.breaks)),
        };
        await assertSettles(
          line === 'v1'
            ? new LambdaInvokeClientTransportV1('f', options)
            : new LambdaInvokeClientTransport('f', options),
        );
      },
      async close() {
        client.destroy();
      },
    };
  },
};

function encode(payload: string, frames: readonly number[], complete: string | undefined): Buffer {
  const chunks = pieces(Buffer.from(payload), { at: frames, reach: 1000, breaks: false });
  return Buffer.concat([
    ...chunks.map((chunk) => encodeEvent('PayloadChunk', 'application/octet-stream', chunk)),
    ...(complete === undefined ? [] : [encodeEvent('InvokeComplete', 'application/json', Buffer.from(complete))]),
  ]);
}
