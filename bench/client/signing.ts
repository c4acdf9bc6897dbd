import { type Contender, type MeasureOptions, measure } from '../measure.ts';
import type { Cell, Column, Section, Spread } from '../section.ts';
import { assertSigned } from './assert-signed.ts';
import { requestBody, type Shape } from './bodies.ts';
import { SIGNING_CONTENDERS, type SigningContender } from './signing-contenders.ts';

interface Load {
  readonly title: string;
  readonly size: number;
  readonly shape: Shape;
  /** Whether a result comes back and is read; else the stub refuses without a body. */
  readonly answered?: boolean;
  readonly options: MeasureOptions;
}

const KB = 1024;
const MB = 1024 * KB;
const quick = Boolean(process.env.LAMBDA_MCP_BENCH_QUICK);
const SMALL = {
  size: 300,
  shape: 'plain text',
  options: often({ rounds: 300, runsPerSample: 20, warmUp: 2000 }),
} as const;
const LOADS: readonly Load[] = [
  { title: '300 B', ...SMALL },
  { title: '300 B and its answer', ...SMALL, answered: true },
  ...atSize('100 KB', 100 * KB, { rounds: 80, runsPerSample: 4, warmUp: 60 }),
  ...atSize('5 MB', 5 * MB, { rounds: 13, runsPerSample: 1, warmUp: 2 }),
];
const ANSWER = JSON.stringify({ result: { content: [{ type: 'text', text: 'stored' }] }, jsonrpc: '2.0', id: 7 });
/** One for all: it has no body that could be used up. */
const REFUSAL = new Response(null, { status: 400 });
const URL_SIGNED_FOR = new URL('https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws/');

/** From the `fetch` that an MCP SDK calls until a stub in place of the network has the signed request. */
export async function measureSection(): Promise<Section> {
  const network = globalThis.fetch;
  const measured: Map<string, Spread>[] = [];
  try {
    await assertEachSigns();
    for (const load of LOADS) measured.push(await measureLoad(load));
  } finally {
    globalThis.fetch = network;
  }
  const cell = (load: number, { name }: SigningContender): Cell => inUnit(measured[load]?.get(name) as Spread, load);
  return {
    title: 'Signing a request',
    how: HOW,
    tables: [
      {
        columns: LOADS.map((load, at): Column => ({ title: load.title, unit: isLarge(at) ? 'ms' : 'µs' })),
        rows: SIGNING_CONTENDERS.map((contender) => ({
          name: contender.name,
          role: contender.role,
          cells: LOADS.map((_, at) => cell(at, contender)),
        })),
      },
    ],
    targets: targets(measured),
  };
}

/** A peer that signs nothing, or not this request, would be fast. */
async function assertEachSigns(): Promise<void> {
  for (const contender of SIGNING_CONTENDERS.filter(({ role }) => role !== 'floor')) {
    const body = requestBody(100 * KB, 'escaped text');
    let sent: Request | undefined;
    globalThis.fetch = async (input, init) => {
      sent = new Request(input, init);
      return REFUSAL;
    };
    await send(contender, body);
    await assertSigned(contender.name, sent, body);
  }
}

async function measureLoad({ size, shape, answered, options }: Load): Promise<Map<string, Spread>> {
  const body = requestBody(size, shape);
  globalThis.fetch = async () => (answered ? answer() : REFUSAL);
  const run = async (contender: SigningContender) => {
    const response = await send(contender, body);
    if (answered && (await response.text()) !== ANSWER) throw new Error('The answer was lost.');
  };
  return measure(
    SIGNING_CONTENDERS.map((contender): Contender => ({ name: contender.name, run: () => run(contender) })),
    options,
  );
}

/** As the SDKs' Streamable HTTP transport does it. */
async function send({ fetch, transport }: SigningContender, body: string): Promise<Response> {
  const headers = new Headers({ 'mcp-protocol-version': '2025-11-25' });
  headers.set('content-type', 'application/json');
  headers.set('accept', 'application/json, text/event-stream');
  return fetch(URL_SIGNED_FOR, { method: 'POST', headers, body, signal: transport.signal });
}

function answer(): Response {
  return new Response(ANSWER, { headers: { 'content-type': 'application/json' } });
}

function targets(measured: readonly Map<string, Spread>[]): Section['targets'] {
  const [ours, ...others] = SIGNING_CONTENDERS as readonly [SigningContender, ...SigningContender[]];
  const median = (load: number, { name }: SigningContender) => measured[load]?.get(name)?.median ?? Number.NaN;
  const peers = others.filter(({ role }) => role === 'peer');
  const floor = others.find(({ role }) => role === 'floor') as SigningContender;
  const lead = Math.min(...peers.map((peer) => median(0, peer) / median(0, ours)));
  const large = LOADS.flatMap(({ size }, at) => (size >= 100 * KB ? [at] : []));
  const overFloor = Math.max(...large.map((at) => median(at, ours) / median(at, floor)));
  return [
    {
      what: '300 B, signed and handed over: times faster than the fastest peer',
      wanted: 'at least 1.7×',
      seen: `${lead.toFixed(2)}×`,
      reached: lead >= 1.7,
    },
    {
      what: '100 KB and 5 MB: times the floor, in the worst shape',
      wanted: 'at most 1.25×',
      seen: `${overFloor.toFixed(2)}×`,
      reached: overFloor <= 1.25,
    },
  ];
}

function atSize(title: string, size: number, options: MeasureOptions): Load[] {
  const shapes: Shape[] = ['plain text', 'escaped text', 'small objects'];
  return shapes.map((shape) => ({ title: `${title} ${shape}`, size, shape, options: often(options) }));
}

function often(options: MeasureOptions): MeasureOptions {
  return quick ? { rounds: 3, runsPerSample: 1, warmUp: 1 } : options;
}

function isLarge(load: number): boolean {
  return (LOADS[load]?.size ?? 0) >= MB;
}

function inUnit({ median, low, high, samples }: Spread, load: number): Spread {
  const scale = isLarge(load) ? 1000 : 1;
  return { median: median / scale, low: low / scale, high: high / scale, samples };
}

const HOW = [
  'One `tools/call` as an MCP SDK makes it (`fetch(url, { method, headers: Headers, body: string, signal })`). In place of ' +
    'the network stands a stub that refuses at once, without a body: what is timed is signing the request and handing it ' +
    'over. In the second column it answers a small JSON-RPC result, which is read. Bodies are JSON of three shapes: long ' +
    'text, text full of escapes, and arrays of small objects.',
  '`sigv4Fetch` is our whole path: besides signing it reads which request the message is, keeps ready to try again, ' +
    'checks the size against the limit of AWS Lambda, and makes sure that an answer is whole. The others sign and send: ' +
    'awslabs by `@smithy/signature-v4` with `@aws-crypto/sha256-js`, aws4fetch by WebCrypto with its retries turned off, ' +
    'and the last peer is the same signer as awslabs’ with nothing around it. All have static credentials with a session ' +
    'token. Before the timing each is checked to send a signature that holds. The floor signs nothing: it hashes the ' +
    'body natively, makes one HMAC of that, and sends.',
];
