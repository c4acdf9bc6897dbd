import type { Row, Section } from '../section.ts';
import type { Line } from './clients.ts';
import { type Contender, type Delivery, measureDelivery } from './delivery.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';

/** How long a tool waits between two notifications; milliseconds. */
const GAP = 10;
const NOTIFICATIONS = QUICK ? 5 : 15;
const ROUNDS = QUICK ? 1 : 20;
const WARM_UP = QUICK ? 1 : 8;

const OURS_V2 = ['functions/ours-v2.ts'] as const;
const OURS_V1 = ['functions/ours-v1.ts'] as const;
const HONO_V2 = ['functions/hono-v2.ts'] as const;
const HONO_V1 = ['functions/hono-v1.ts'] as const;

const V2: readonly Omit<Contender, 'line'>[] = [
  { name: 'lambda-mcp, SigV4', role: 'ours', server: OURS_V2, way: 'SigV4' },
  { name: 'lambda-mcp, Invoke', role: 'ours', server: OURS_V2, way: 'Invoke' },
  { name: 'Hono streamHandle, aws4fetch', role: 'peer', server: HONO_V2, way: 'aws4fetch' },
  { name: 'plain HTTP, no Lambda', role: 'floor', server: ['plain-v2'], way: 'plain' },
];

const V1: readonly Omit<Contender, 'line'>[] = [
  { name: 'lambda-mcp, SigV4', role: 'ours', server: OURS_V1, way: 'SigV4' },
  { name: 'lambda-mcp, Invoke', role: 'ours', server: OURS_V1, way: 'Invoke' },
  { name: 'Hono streamHandle + @hono/mcp, aws4fetch', role: 'peer', server: HONO_V1, way: 'aws4fetch' },
  { name: "awslabs' SigV4 transport, our server", role: 'peer', server: OURS_V1, way: 'awslabs SigV4' },
  { name: "awslabs' SigV4 transport and server", role: 'peer', server: ['functions/awslabs.ts'], way: 'awslabs SigV4' },
  {
    name: "awslabs' Invoke transport and server",
    role: 'peer',
    server: ['functions/awslabs.ts', 'invoked'],
    way: 'awslabs Invoke',
  },
  { name: 'plain HTTP, no Lambda', role: 'floor', server: ['plain-v1'], way: 'plain' },
];

const LINES: readonly (readonly [Line, string, typeof V2])[] = [
  ['v2, 2026-07-28', '`@modelcontextprotocol/client` and `/server`, protocol 2026-07-28', V2],
  ['v2, 2025-11-25', '`@modelcontextprotocol/client` and `/server`, protocol 2025-11-25', V2],
  ['v1, 2025-11-25', '`@modelcontextprotocol/sdk`, protocol 2025-11-25', V1],
];

export async function measureSection(): Promise<Section> {
  const contenders = LINES.flatMap(([line, , some]) => some.map((contender) => ({ ...contender, line })));
  const deliveries = await measureDelivery(contenders, {
    rounds: ROUNDS,
    warmUp: WARM_UP,
    count: NOTIFICATIONS,
    gapMs: GAP,
  });
  const ours = contenders.filter(({ role }) => role === 'ours').map((contender) => deliveries.get(contender));
  const sent = sum(ours, ({ sent }) => sent);
  const seen = sum(ours, ({ seen }) => seen);
  const heldBack = sum(ours, ({ heldBack }) => heldBack);
  return {
    title: 'Progress: from the tool to the caller',
    how: [
      `A tool sends ${NOTIFICATIONS} progress notifications, ${GAP} ms apart, and puts the machine's monotonic clock into ` +
        "each; the client's `onprogress` reads the same clock. Each server runs in a process of its own, the clients in " +
        `another; calls by turns, ${ROUNDS} of each. The first notification of a call stands apart: with it go the status ` +
        'and the headers of the response.',
      'A notification was held back if it arrived after the next one had been sent.',
      "The floor is the same server behind the SDK's handler for Node's own HTTP server, and the SDK's transport as it is: " +
        'no Lambda, no signature. All others go through the local Lambda, which runs a function in a process and passes ' +
        'each chunk from there to its HTTP server.',
    ],
    tables: LINES.map(([line, title]) => ({
      title,
      columns: [
        { title: 'first notification', unit: 'ms' },
        { title: 'later ones', unit: 'ms' },
        { title: 'arrived' },
        { title: 'held back' },
      ],
      rows: contenders
        .filter((contender) => contender.line === line)
        .map((contender) => toRow(contender, deliveries.get(contender) as Delivery)),
    })),
    targets: [
      {
        what: 'progress reaches the caller while the tool runs',
        wanted: 'all of it, under 1 % held back',
        seen: `${seen} of ${sent} arrived, ${heldBack} held back`,
        reached: seen === sent && heldBack < sent / 100,
      },
    ],
    findings: [
      "awslabs' server starts a process for each request, asks it over stdio, and answers when the result is there: of " +
        "progress nothing arrives, by either of its transports. Its SigV4 transport is the SDK's with a signing `fetch`, " +
        'and streams from a server that does; it signs the host without its port, which had to be worked around.',
    ],
  };
}

function toRow({ name, role }: Contender, { first, later, sent, seen, heldBack }: Delivery): Row {
  const arrived = `${seen} of ${sent}`;
  return first && later
    ? { name, role, cells: [first, later, arrived, heldBack] }
    : { name, role, cells: ['never', 'never', arrived, '–'] };
}

function sum(deliveries: readonly (Delivery | undefined)[], of: (delivery: Delivery) => number): number {
  return deliveries.reduce((total, delivery) => total + (delivery ? of(delivery) : 0), 0);
}
