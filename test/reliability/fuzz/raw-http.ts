import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fc from 'fast-check';
import { assertTellsNothing } from './answer-rules.ts';
import { anyText } from './arbitrary-json.ts';
import { messageText } from './arbitrary-message.ts';
import { type Endpoint, startFuzzedLambda } from './fuzzed-lambda.ts';
import { assertLambdaAnswer } from './lambda-answers.ts';
import { type Target, withinTime } from './target.ts';

interface Case {
  readonly endpoint: Endpoint;
  /** Bytes as Latin-1, in the pieces in which they are sent. */
  readonly pieces: readonly string[];
  readonly ending: 'end' | 'destroy';
}

const HANG = 10_000;

const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'CONNECT', 'TRACE', 'PRI', 'get', '', 'A'.repeat(200));
const requestTarget = fc.oneof(
  fc.constantFrom('/', '*', '//', 'http://evil/', '/?%', '/%00', 'x:1', '', `/${'a'.repeat(20_000)}`),
  fc.constantFrom('/2015-03-31/functions/mcp-server/invocations', '/2015-03-31/functions/%ff/policy'),
  anyText.map((text) => `/${text.replace(/\s/g, '')}`),
);
const headerLine = fc.oneof(
  fc.constantFrom(
    'Host: x',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999',
    'Expect: 100-continue',
  ),
  fc.constantFrom('Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Connection: upgrade', 'Upgrade: websocket'),
  fc.constantFrom(
    'Authorization: AWS4-HMAC-SHA256',
    'X-Amz-Date: 20261120T000000Z',
    'Authorization: Bearer x',
    'no colon',
  ),
  fc
    .tuple(fc.constantFrom('Credential', 'SignedHeaders', 'Signature'), anyText)
    .map(([key, value]) => `Authorization: AWS4-HMAC-SHA256 ${key}=${value}`),
  fc.tuple(anyText, anyText).map(([name, value]) => `${name}: ${value}`),
);
const request = fc
  .tuple(
    method,
    requestTarget,
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'x'),
    fc.array(headerLine, { maxLength: 6 }),
    messageText,
  )
  .map(([verb, target, version, lines, body]) => [`${verb} ${target} ${version}`, ...lines, '', body].join('\r\n'));
const bytes = fc.oneof({ weight: 4, arbitrary: request }, fc.uint8Array({ maxLength: 60 }).map(latin1), anyText);

export const rawHttp: Target<Case> = {
  name: 'raw',
  title: 'any bytes to the sockets of the local Lambda',
  cases: fc.record({
    endpoint: fc.constantFrom<Endpoint>('functionUrl', 'lambdaEndpoint'),
    pieces: fc
      .tuple(bytes, fc.array(fc.nat(), { maxLength: 3 }))
      .map(([text, cuts]) => split(latin1(Buffer.from(text)), cuts)),
    ending: fc.constantFrom('end', 'end', 'destroy'),
  }),
  async start() {
    const lambda = await startFuzzedLambda('fetch');
    let runs = 0;
    return {
      async check({ endpoint, pieces, ending }) {
        const said = await withinTime(HANG, exchange(Number(new URL(lambda[endpoint]).port), pieces, ending));
        assertTellsNothing(said, lambda.secrets);
        for (const answer of said.split(/(?=HTTP\/1\.1 \d{3} )/)) if (answer !== '') assertLambdaAnswer(answer);
        runs += 1;
        if (runs % 100 === 0) await lambda.assertAlive();
      },
      async close() {
        await lambda.assertAlive();
        await lambda.close();
      },
    };
  },
};

/** Sends the pieces, then ends or breaks the connection; what came back meanwhile. */
function exchange(port: number, pieces: readonly string[], ending: Case['ending']): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1').on('data', (text) => {
      said += text;
    });
    // Either side may reset: what was said until then is what is judged.
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
    socket.on('connect', async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await new Promise(setImmediate);
      }
      if (ending === 'end') socket.end();
      else socket.destroy();
    });
  });
}

function split(text: string, cuts: readonly number[]): string[] {
  const points = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const pieces = points.slice(1).map((end, index) => text.slice(points[index], end));
  assert.equal(pieces.join(''), text);
  return pieces.filter((piece) => piece !== '');
}

function latin1(given: Uint8Array): string {
  return Buffer.from(given).toString('latin1');
}
