import type { Section } from '../section.ts';
import { invoke, readAnswer } from '../server/function-url.ts';
import { callMessage, message2026 } from '../server/messages.ts';
import { type ConnectedClient, connect, type Way } from '../streaming/clients.ts';
import { createServer } from '../streaming/server-v2.ts';
import { type Host, startHost } from '../streaming/start-host.ts';
import { type Curve, type CurveWay, type MeasuredCurve, measureCurve, type Size } from './curve.ts';
import { IN_FUNCTION } from './in-function.ts';
import { serverOf } from './many-tools.ts';
import { textOf } from './texts.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const KB = 2 ** 10;
const TOOLS = sizes([1, 5, 20, 50, 100, 200].map((size) => ({ name: size === 1 ? '1 tool' : `${size}`, size })));
const ARGUMENTS = sizes([
  { name: '1 KB', size: 1 },
  { name: '10 KB', size: 10 },
  { name: '100 KB', size: 100 },
  { name: '1 MB', size: 1024 },
  { name: '5 MB', size: 5 * 1024 },
]);
const NOTIFICATIONS = sizes([1, 10, 30, 100].map((size) => ({ name: `${size}`, size })));

/** The ends are enough to see that it runs. */
function sizes(all: readonly Size[]): readonly Size[] {
  return QUICK ? all.filter((_, index) => index === 0 || index === all.length - 1) : all;
}

const FEW = { rounds: 2, runsPerSample: 1, warmUp: 1 };

export async function measureSection(): Promise<Section> {
  const measured: MeasuredCurve[] = [];
  for (const curve of [toolsCurve('tools/list'), toolsCurve('tools/call'), argumentsInFunction()]) {
    measured.push(await measureCurve(curve));
  }
  // Not before: a connection that waits for longer than five seconds is closed.
  const ends = await startEnds();
  try {
    for (const curve of [argumentsEndToEnd(ends.clients), progress(ends.clients)]) {
      measured.push(await measureCurve(curve));
    }
    const bends = measured.flatMap((curve) => curve.bends);
    return {
      title: 'How cost grows',
      how: [
        'Inside the function is from the event to the last byte in the response stream, beside the bare handler of the SDK ' +
          '(protocol 2026-07-28, schemas made once). End to end is a client’s `callTool`, through the local Lambda in a ' +
          'process of its own, which checks the signature, makes the event and hands it to a process; beside it the same ' +
          'server and client over plain HTTP. Arguments are prose, with quotes, line ends and a letter of two bytes here and ' +
          'there.',
        'Under each table stands what one more costs between neighbouring sizes; ≈ 0 where the spread of the samples explains ' +
          'it. A curve bends where that differs by half or more from what it was before, and by more than three times what ' +
          'the spread explains.',
      ],
      tables: measured.flatMap(({ tables }) => tables),
      targets: [],
      findings: bends.length > 0 ? bends : ['No curve bends.'],
    };
  } finally {
    ends.close();
  }
}

function toolsCurve(method: 'tools/list' | 'tools/call'): Curve {
  const { body, headers } = message2026(method);
  const at = ({ makeHandler }: (typeof IN_FUNCTION)[number]) => {
    return (size: number) => {
      const handler = makeHandler(serverOf(size));
      return () => invoke(handler, body, headers);
    };
  };
  return {
    title: `${method} of a server with so many tools, inside the function`,
    one: 'a tool',
    unit: 'µs',
    sizes: TOOLS,
    ways: IN_FUNCTION.map((way) => ({ ...way, at: at(way) })),
    options: QUICK ? FEW : { rounds: 40, runsPerSample: 3, warmUp: 60 },
  };
}

function argumentsInFunction(): Curve {
  const at = ({ makeHandler }: (typeof IN_FUNCTION)[number]) => {
    const handler = makeHandler(createServer);
    return (kilobytes: number) => {
      const text = textOf(kilobytes * KB);
      const { body, headers } = callMessage('length', { text });
      return async () => {
        const answer = readAnswer(await invoke(handler, body, headers));
        if (!answer.body.includes(`"${text.length}"`)) throw new Error(`It answered ${answer.body.slice(0, 300)}`);
      };
    };
  };
  return {
    title: 'tools/call with arguments of so many bytes, inside the function',
    one: 'a KB',
    unit: 'µs',
    sizes: ARGUMENTS,
    ways: IN_FUNCTION.map((way) => ({ ...way, at: at(way) })),
    options: QUICK ? FEW : { rounds: 25, runsPerSample: 1, warmUp: 20 },
  };
}

type Clients = readonly (Omit<CurveWay, 'at'> & { readonly client: ConnectedClient })[];

function argumentsEndToEnd(clients: Clients): Curve {
  return {
    title: 'tools/call with arguments of so many bytes, end to end',
    one: 'a KB',
    unit: 'ms',
    sizes: ARGUMENTS,
    ways: clients.map(({ name, role, client }) => ({
      name,
      role,
      at: (kilobytes) => {
        const text = textOf(kilobytes * KB);
        return async () => {
          const answer = await client.call('length', { text });
          if (answer !== String(text.length)) throw new Error(`It answered ${answer}.`);
        };
      },
    })),
    options: QUICK ? FEW : { rounds: 25, runsPerSample: 1, warmUp: 10 },
  };
}

function progress(clients: Clients): Curve {
  return {
    title: 'tools/call with so many progress notifications, one right after the other, end to end',
    one: 'a notification',
    unit: 'ms',
    sizes: NOTIFICATIONS,
    ways: clients.map(({ name, role, client }) => ({
      name,
      role,
      at: (count) => async () => {
        let seen = 0;
        const onprogress = () => {
          seen += 1;
        };
        await client.call('steps', { count, gapMs: 0 }, { onprogress });
        if (seen !== count) throw new Error(`${seen} notifications of ${count} arrived.`);
      },
    })),
    options: QUICK ? FEW : { rounds: 40, runsPerSample: 1, warmUp: 20 },
  };
}

async function startEnds(): Promise<{ clients: Clients; close(): void }> {
  const [ours, hono, plain] = (await Promise.all(
    ['functions/ours-v2.ts', 'functions/hono-v2.ts', 'plain-v2'].map((server) => startHost([server])),
  )) as [Host, Host, Host];
  const ways: readonly (readonly [string, CurveWay['role'], Way, Host])[] = [
    ['lambda-mcp, SigV4', 'ours', 'SigV4', ours],
    ['lambda-mcp, Invoke', 'ours', 'Invoke', ours],
    ['Hono streamHandle, aws4fetch', 'peer', 'aws4fetch', hono],
    ['plain HTTP, no Lambda', 'floor', 'plain', plain],
  ];
  const clients = await Promise.all(
    ways.map(async ([name, role, way, { address }]) => ({
      name,
      role,
      client: await connect('v2, 2026-07-28', way, address),
    })),
  );
  return { clients, close: () => [ours, hono, plain].forEach((host) => void host.close()) };
}
