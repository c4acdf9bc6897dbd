import fc from 'fast-check';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { SigV4ClientTransport as SigV4ClientTransportV1 } from 'lambda-mcp/transport/v1';
import { type Cuts, cuts, deliver, eventStream, jsonBody, pieces } from './arbitrary-stream.ts';
import { assertSettles } from './settles.ts';
import type { Target } from './target.ts';

interface Case {
  readonly line: 'v1' | 'v2';
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly cuts: Cuts;
}

const URL = 'http://127.0.0.1:9/';
const options = {
  credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
  region: 'us-east-1',
  retry: { attempts: 1 },
};

export const clientAnswers: Target<Case> = {
  name: 'answers',
  title: 'any HTTP answer to SigV4ClientTransport, cut anywhere',
  cases: fc
    .constantFrom('text/event-stream', 'text/event-stream; charset=utf-8', 'application/json', 'text/html', '')
    .chain((contentType) =>
      fc.record({
        line: fc.constantFrom('v1', 'v2'),
        status: fc.oneof(
          { weight: 9, arbitrary: fc.constant(200) },
          fc.constantFrom(201, 206, 302, 400, 403, 429, 502),
        ),
        contentType: fc.constant(contentType),
        body: contentType.startsWith('text/event-stream') ? eventStream : jsonBody,
        cuts,
      }),
    ),
  async start() {
    const real = globalThis.fetch;
    return {
      async check({ line, status, contentType, body, cuts }) {
        const source = deliver(pieces(Buffer.from(body), cuts), cuts.breaks);
        const headers = contentType === '' ? {} : { 'content-type': contentType };
        globalThis.fetch = async () => new Response(ReadableStream.from(source), { status, headers });
        await assertSettles(
          line === 'v1' ? new SigV4ClientTransportV1(URL, options) : new SigV4ClientTransport(URL, options),
        );
      },
      async close() {
        globalThis.fetch = real;
      },
    };
  },
};
