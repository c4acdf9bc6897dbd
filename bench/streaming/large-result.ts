import { spread } from '../measure.ts';
import type { Column, Row, Section, Table } from '../section.ts';
import type { Line, Way } from './clients.ts';
import { overTheLimit } from './over-the-limit.ts';
import { receiveLarge, type Transfer } from './receive-large.ts';
import type { HostedServer } from './start-host.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const MB = 2 ** 20;
const SIZE = (QUICK ? 10 : 150) * MB;
const ROUNDS = QUICK ? 1 : 5;
/** Of a process while the answer streams through it; MB. */
const STREAM_GROWTH = 100;

interface Contender {
  readonly name: string;
  readonly role: Row['role'];
  readonly server: HostedServer;
  readonly way: Way;
}

const MCP: readonly Contender[] = [
  { name: 'lambda-mcp, SigV4', role: 'ours', server: ['functions/ours-v2.ts'], way: 'SigV4' },
  { name: 'lambda-mcp, Invoke', role: 'ours', server: ['functions/ours-v2.ts'], way: 'Invoke' },
  { name: 'Hono streamHandle, aws4fetch', role: 'peer', server: ['functions/hono-v2.ts'], way: 'aws4fetch' },
  { name: 'plain HTTP, no Lambda', role: 'floor', server: ['plain-v2'], way: 'plain' },
];

const BYTES: readonly Contender[] = [
  { name: 'lambda-mcp, SigV4', role: 'ours', server: ['functions/ours-fetch.ts'], way: 'SigV4' },
  { name: 'lambda-mcp, Invoke', role: 'ours', server: ['functions/ours-fetch.ts'], way: 'Invoke' },
  { name: 'Hono streamHandle, aws4fetch', role: 'peer', server: ['functions/hono-fetch.ts'], way: 'aws4fetch' },
  { name: 'plain HTTP, no Lambda', role: 'floor', server: ['plain-fetch'], way: 'plain' },
];

const result = (line: Line) => ({ received: { line }, warmUpBytes: MB });

/** An answer that is read as it comes is measured on processes that earlier ones have made as large as any makes them. */
const GROUPS = [
  {
    title: 'a tool’s result through the SDK, protocol 2026-07-28: one JSON body',
    contenders: MCP,
    ...result('v2, 2026-07-28'),
  },
  { title: 'the same, protocol 2025-11-25: one event', contenders: MCP, ...result('v2, 2025-11-25') },
  {
    title: 'an event made as it is sent, read as it comes by `fetch`',
    contenders: BYTES,
    received: { type: 'text/event-stream' },
    warmUpBytes: 30 * MB,
  },
] as const;

const COLUMNS: readonly Column[] = [
  { title: 'takes', unit: 's' },
  { title: 'so many MB/s' },
  { title: 'client grows by', unit: 'MB' },
  { title: 'server grows by', unit: 'MB' },
];

export async function measureSection(): Promise<Section> {
  const all = GROUPS.flatMap((group) =>
    group.contenders.map((contender) => ({ group, contender, transfers: [] as Transfer[] })),
  );
  // Of each server and each transport one.
  const jobs = QUICK ? all.filter((_, index) => index % 3 === 0) : all;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < jobs.length; turn += 1) {
      const { group, contender, transfers } = jobs[(round + turn) % jobs.length] as (typeof jobs)[number];
      const { received, warmUpBytes } = group;
      transfers.push(await receiveLarge(contender.server, { way: contender.way, received, bytes: SIZE, warmUpBytes }));
    }
  }
  const grown = jobs
    .filter(({ group, contender }) => group === GROUPS[2] && contender.role === 'ours')
    .flatMap(({ transfers }) => transfers)
    .map(({ client, server }) => Math.max(client, server) / MB);
  const megabytes = SIZE / MB;
  return {
    title: `A result of ${megabytes} MB`,
    how: [
      `Time from the request to the last byte, and by how much client and server grow meanwhile at most (resident ` +
        `memory). Both are processes of their own, new for each of ${ROUNDS} samples, by turns.`,
      'The local Lambda sets no pace: it sends as fast as the caller takes. AWS sends the first 6 MB at full speed and ' +
        `then 2 MB a second, so that ${megabytes} MB take ${Math.ceil((megabytes - 6) / 2)} seconds there whatever carries ` +
        'them: what these figures say of AWS is memory, and processor time. What the server grows by is the local Lambda and the function, which ' +
        'share a process here.',
    ],
    tables: GROUPS.map(
      (group): Table => ({
        title: group.title,
        columns: COLUMNS,
        rows: jobs.filter((job) => job.group === group).map(({ contender, transfers }) => toRow(contender, transfers)),
      }),
    ),
    targets: [
      {
        what: `${megabytes} MB stream through client and function in bounded memory`,
        wanted: `under ${STREAM_GROWTH} MB`,
        seen: `at most ${Math.max(...grown).toFixed(0)} MB`,
        reached: Math.max(...grown) < STREAM_GROWTH,
      },
    ],
    findings: [
      'Through the SDK both sides hold the result several times over, as text, as JSON and as bytes, whatever carries it: ' +
        'the floor grows as much. Give a function that answers with so much the memory for it.',
      await overTheLimit(),
    ],
  };
}

function toRow({ name, role }: Contender, transfers: readonly Transfer[]): Row {
  const seconds = spread(transfers.map(({ milliseconds }) => milliseconds / 1000));
  const client = spread(transfers.map((transfer) => transfer.client / MB));
  const server = spread(transfers.map((transfer) => transfer.server / MB));
  return { name, role, cells: [seconds, SIZE / MB / seconds.median, client, server] };
}
