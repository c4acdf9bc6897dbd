import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spread } from '../measure.ts';
import type { Cell, Row, Section, Spread, Table, Target } from '../section.ts';
import { type Bundle, bundleEntries, bundleStarter } from './cold-start/bundles.ts';
import { type Start, startBundle, startNode } from './cold-start/start-process.ts';
import { type Message, message2025, message2026 } from './messages.ts';
import { CALLED } from './tools.ts';

interface Contender {
  readonly name: string;
  readonly role: Row['role'];
  /** Its bundle; none is Node that is asked for nothing. */
  readonly entry?: string;
  /** What it is asked; nothing where it is only loaded. */
  readonly asked: readonly Message[];
  /** Whether Node finds its code compiled, in a cache of an earlier run. */
  readonly compiled?: boolean;
}

/** MB: what `McpFunction` takes unless told otherwise, and what gives a function a whole vCPU (Lambda guide, "Memory"). */
const DEFAULT_MEMORY = 512;
const WHOLE_VCPU = 1769;

const ROUNDS = process.env.LAMBDA_MCP_BENCH_QUICK === '1' ? 1 : 20;

const OURS = '`lambda-mcp/server`';
const BARE = "the SDK's bare handler";
const SDK = 'the SDK, imported and nothing else';
const RESPONSE = 'one `new Response()`, and nothing else';
const NODE = 'Node, which does nothing';
const IN_2025 = [message2025('tools/list'), message2025('tools/call')];
const IN_2026 = [message2026('tools/list'), message2026('tools/call')];
const BOTH = [...IN_2025, ...IN_2026];

const CONTENDERS: readonly Contender[] = [
  { name: OURS, role: 'ours', entry: 'ours', asked: BOTH },
  { name: BARE, role: 'floor', entry: 'bare-sdk', asked: BOTH },
  { name: "srvx over the SDK's handler", role: 'peer', entry: 'srvx', asked: BOTH },
  { name: '`lambda-mcp/server/v1`', role: 'ours', entry: 'ours-v1', asked: IN_2025 },
  { name: 'Hono `streamHandle` with `@hono/mcp` (v1)', role: 'peer', entry: 'hono', asked: IN_2025 },
  { name: 'awslabs, stdio (v1)', role: 'peer', entry: 'awslabs', asked: IN_2025 },
  { name: 'ours, without Ajv: not shipped', role: 'floor', entry: 'without-ajv', asked: IN_2025 },
  { name: 'ours, compiled before: not shipped', role: 'floor', entry: 'ours', asked: IN_2025, compiled: true },
  { name: '`examples/quickstart`, 3 tools', role: 'ours', entry: 'quickstart', asked: IN_2025.slice(0, 1) },
  { name: SDK, role: 'floor', entry: 'sdk-alone', asked: [] },
  { name: RESPONSE, role: 'floor', entry: 'response-alone', asked: [] },
  { name: NODE, role: 'floor', asked: [] },
];

/** A function's start, from a new process to its first answer. */
export async function measureSection(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-mcp-bench-'));
  try {
    const bundles = bundleEntries(folder);
    const starts = startAll(bundles, folder);
    const first = tableOf('First request of protocol 2025-11-25', CONTENDERS, IN_2025, bundles, starts);
    const second = tableOf(
      'First request of protocol 2026-07-28',
      CONTENDERS.filter(({ asked }) => asked === BOTH),
      IN_2026,
      bundles,
      starts,
    );
    return {
      title: 'Cold start',
      how: HOW,
      tables: [first, second],
      targets: targets(starts),
      findings: findings(starts),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HOW = [
  'A server of 20 tools, bundled by `McpFunction` as it is deployed, its peers likewise, each start a new process: milliseconds from the moment the process is spawned, so Node’s own start is part of every figure. “Loaded” is when the init phase would end, “answered” when the last byte of the first answer is in the response stream, and “the request alone” what lies between: what the first caller of an environment waits that was started ahead of them.',
  'Only the processor’s time shows here. AWS adds the download of the bundle and the start of the environment; and it runs the init phase on a whole vCPU unless concurrency is provisioned, an invocation on the memory’s share of one, which is a whole one at 1,769 MB. So a millisecond before “loaded” costs a caller less than one after it: “with 512 MB”, which is `McpFunction`’s default, is what was measured up to “loaded”, and 1,769 / 512 times what lay behind it. That is arithmetic by AWS’s words, not seen.',
  'awslabs’ adapter starts the server as a second process when it is asked. “Node” is when the first line of a program runs.',
  'Two ways to be faster are measured and not taken. Without Ajv the SDK validates by the small validator that it ships for browsers, which takes schemas that Ajv refuses and words its errors otherwise. Node keeps its compile cache by its own version, the architecture, a tag of V8’s and the user id: whoever bundles would have to share all four with Lambda, or it goes unused.',
  'Names of functions and classes are kept (`keepNames`), since tools and errors are named after them: 33 KB of the quickstart’s 512, and 56 of the 886 of `examples/aws-tools`. Measured beside the same bundle without them, by 25 processes each in turns, the processor’s time to load is the same for the quickstart (102 ms, 103 without) and 8 % more for `examples/aws-tools` (152 ms, 141 without). What a CommonJS file requires resolves as in Node, by an alias for each such package; to resolve everything so would have made that bundle 1,164 KB.',
];

/** Samples by contender and message, the latter empty where nothing is asked: one of each in every round, by turns. */
type Starts = ReadonlyMap<Contender, ReadonlyMap<Message | undefined, readonly Start[]>>;

function startAll(bundles: ReadonlyMap<string, Bundle>, folder: string): Starts {
  const starter = bundleStarter(folder);
  const starts = new Map(
    CONTENDERS.map((contender) => {
      const asked = contender.asked.length > 0 ? contender.asked : [undefined];
      return [contender, new Map(asked.map((message) => [message, [] as Start[]]))];
    }),
  );
  const turns = [...starts].flatMap(([contender, taken]) =>
    [...taken].map(([message, samples]) => ({ contender, message, samples })),
  );
  const once = ({ contender, message }: (typeof turns)[0]): Start => {
    const bundle = bundles.get(contender.entry ?? '');
    if (!bundle) return startNode();
    const { answer, ...taken } = startBundle(starter, bundle.file, message, {
      STDIO_SERVER: bundles.get('stdio-server')?.file,
      ...(contender.compiled && { NODE_COMPILE_CACHE: join(folder, 'compiled') }),
    });
    if (message) assertRight(contender.name, message, answer ?? '');
    return taken;
  };
  for (const turn of turns) if (turn.contender.compiled) once(turn);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < turns.length; turn += 1) {
      const whose = turns[(round + turn) % turns.length] as (typeof turns)[0];
      whose.samples.push(once(whose));
    }
  }
  return starts;
}

/** Only right answers are timed. */
function assertRight(name: string, { method }: Message, answer: string): void {
  const wanted = method === 'tools/call' ? CALLED.arguments.orderId : '"inputSchema"';
  if (!answer.includes(wanted) || answer.includes('"error"')) throw new Error(`${name} answered ${method}: ${answer}`);
}

function tableOf(
  title: string,
  contenders: readonly Contender[],
  messages: readonly Message[],
  bundles: ReadonlyMap<string, Bundle>,
  starts: Starts,
): Table {
  const cells = (contender: Contender): Cell[] => {
    const taken = starts.get(contender);
    const all = [...(taken?.values() ?? [])].flat();
    return [
      bundles.get(contender.entry ?? '')?.size ?? '–',
      spread(all.map(({ loaded }) => loaded)),
      ...messages.flatMap((message): Cell[] => {
        const samples = taken?.get(message) ?? [];
        if (samples.length === 0) return ['–', '–', '–'];
        return [answered(samples), spread(samples.map(alone)), atDefaultMemory(samples)];
      }),
    ];
  };
  return {
    title,
    columns: [
      { title: 'bundle', unit: 'KB' },
      { title: 'loaded', unit: 'ms' },
      ...messages.flatMap(({ method }) => [
        { title: `${method} answered`, unit: 'ms' },
        { title: 'the request alone', unit: 'ms' },
        { title: `with ${DEFAULT_MEMORY} MB`, unit: 'ms' },
      ]),
    ],
    rows: contenders.map((contender) => ({ name: contender.name, role: contender.role, cells: cells(contender) })),
  };
}

function answered(samples: readonly Start[]): Spread {
  return spread(samples.map(({ answered = Number.NaN }) => answered));
}

/** What the first caller of an environment waits that was started ahead of them. */
function alone({ loaded, answered = Number.NaN }: Start): number {
  return answered - loaded;
}

/** The first answer of a function that is given a share of a vCPU for its invocations, and a whole one to start. */
function atDefaultMemory(samples: readonly Start[]): Spread {
  return spread(samples.map((start) => start.loaded + (alone(start) * WHOLE_VCPU) / DEFAULT_MEMORY));
}

function targets(starts: Starts): Target[] {
  const node = medianLoaded(starts, NODE);
  const samplesOf = (name: string, message: Message) => takenOf(starts, name).get(message) ?? [];
  const target = (what: string, limit: number, ratio: number): Target => ({
    what,
    wanted: `${limit}× or less`,
    seen: `${ratio.toFixed(2)}×`,
    reached: ratio <= limit,
  });
  const ofBare = (message: Message, measure: (samples: readonly Start[]) => Spread) =>
    measure(samplesOf(OURS, message)).median / measure(samplesOf(BARE, message)).median;
  return [
    ...IN_2025.map((message) =>
      target(
        `first ${message.method} answered, of what Node alone takes`,
        2.5,
        answered(samplesOf(OURS, message)).median / node,
      ),
    ),
    ...BOTH.flatMap((message) => {
      const what = `first ${message.method} answered, ${message.protocolVersion}, of what the SDK's bare handler takes`;
      return [
        target(what, 1, ofBare(message, answered)),
        target(`${what}, with ${DEFAULT_MEMORY} MB`, 1, ofBare(message, atDefaultMemory)),
      ];
    }),
  ];
}

function findings(starts: Starts): string[] {
  const node = medianLoaded(starts, NODE);
  const both = (medianLoaded(starts, SDK) + medianLoaded(starts, RESPONSE) - node) / node;
  return [
    `To import the SDK and to make one \`Response\` takes ${both.toFixed(1)}× of what Node alone takes, by the rows above: no server that is bundled so and does both can start faster. \`Response\` is undici, which Node loads, with its HTTP and TLS, when first asked for it.`,
    'Our handlers answer a request of their own in the init phase, so that loading and compiling is done when the first one comes. It is a request of the 2025 revisions, which clients begin with unless told otherwise; one of 2026-07-28 finds all but its schemas ready, and pays for those of 2025 as well. Left out, by hand and by the processor’s time: both eras then start 2 to 5 % behind the bare handler where there is a whole vCPU, and with 512 MB a quarter later than now in 2025 and 4 % later in 2026; so it stays.',
  ];
}

function medianLoaded(starts: Starts, name: string): number {
  return spread([...takenOf(starts, name).values()].flat().map(({ loaded }) => loaded)).median;
}

function takenOf(starts: Starts, wanted: string): ReadonlyMap<Message | undefined, readonly Start[]> {
  return [...starts].find(([{ name }]) => name === wanted)?.[1] ?? new Map();
}
