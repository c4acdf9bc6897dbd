import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { figure } from '../markdown.ts';
import { sampleByTurns } from '../measure.ts';
import type { Cell, Section, Spread, Table, Target } from '../section.ts';
import type { Turn } from './contender-process.ts';
import { CONTENDERS, type Contender, FLOOR, OURS } from './contenders.ts';
import { type Message, message2025, message2026 } from './messages.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const RUNS = QUICK ? { rounds: 3, requests: 2, warmUp: 3 } : { rounds: 25, requests: 60, warmUp: 2000 };
const SLOW_RUNS = { rounds: QUICK ? 1 : 5, requests: 1, warmUp: 1 };
const MESSAGES = [
  message2025('tools/list'),
  message2025('tools/call'),
  message2026('tools/list'),
  message2026('tools/call'),
];

/** A request inside the function: event in, bytes out. */
export async function measureSection(): Promise<Section> {
  const kept = await measureTable('Schemas made once, at module level', 'once', CONTENDERS);
  const anew = await measureTable(
    'Schemas made for each request, inside the factory',
    'anew',
    CONTENDERS.filter(({ slow }) => !slow),
  );
  return {
    title: 'A request inside the function',
    how: [
      'From the event that Lambda hands over to the last byte in its response stream, without a network: a server of 20 tools (two to five properties each, three with an output schema) made for each request, and a call with a small structured result. All get the same payload-2.0 event and the same `Writable`, and write the prelude. Each is alone in a process, as in Lambda, and the processes serve by turns, 60 requests in a row. Ours writes its log line, as it does unless told otherwise.',
      '`@hono/mcp` knows only the 2025 revisions and `@modelcontextprotocol/sdk` (v1), so ours for that SDK stands beside it. awslabs’ adapter starts the server as a process for each request, and answers unstreamed.',
    ],
    tables: [kept, anew],
    targets: targets(kept),
    findings: [
      `Where schemas are made decides more than who carries the request: made inside the factory, a call takes ${figure(medianOf(anew, OURS, 1) / medianOf(kept, OURS, 1))} times as long through ours, and ${figure(medianOf(anew, FLOOR, 1) / medianOf(kept, FLOOR, 1))} times through the bare handler. What ours saves in a list is zod’s conversion to JSON Schema, which it does for the first two requests; the list itself is made for every caller anew.`,
    ],
  };
}

function medianOf({ rows }: Table, name: string, column: number): number {
  const cell = rows.find((row) => row.name === name)?.cells[column];
  return (cell as Spread | undefined)?.median ?? Number.NaN;
}

async function measureTable(title: string, schemas: string, contenders: readonly Contender[]): Promise<Table> {
  const processes = new Map(contenders.map((contender) => [contender, startProcess(contender, schemas)]));
  const columns: Map<string, Spread>[] = [];
  try {
    for (const message of MESSAGES) columns.push(await measureMessage(message, processes));
  } finally {
    for (const child of processes.values()) child.disconnect();
  }
  return {
    title,
    columns: MESSAGES.map(({ method, protocolVersion }) => ({ title: `${method} ${protocolVersion}`, unit: 'µs' })),
    rows: contenders.map(({ name, role }) => ({
      name,
      role,
      cells: columns.map((column): Cell => column.get(name) ?? 'not served'),
    })),
  };
}

function startProcess({ name }: Contender, schemas: string): ChildProcess {
  const program = fileURLToPath(new URL('contender-process.ts', import.meta.url));
  return fork(program, [name, schemas], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

async function measureMessage(message: Message, processes: Map<Contender, ChildProcess>): Promise<Map<string, Spread>> {
  const serving = [...processes].filter(([{ protocols }]) => protocols.includes(message.protocolVersion));
  const sampled = async (slow: boolean) => {
    const { rounds, requests, warmUp } = slow ? SLOW_RUNS : RUNS;
    const chosen = serving.filter(([contender]) => (contender.slow ?? false) === slow);
    for (const [, child] of chosen) await take(child, { message, requests: warmUp });
    const samplers = chosen.map(([{ name }, child]) => ({ name, sample: () => take(child, { message, requests }) }));
    return sampleByTurns(samplers, rounds);
  };
  return new Map([...(await sampled(false)), ...(await sampled(true))]);
}

async function take(child: ChildProcess, turn: Turn): Promise<number> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`A contender's process ended with exit code ${code}.`);
  });
  exit.catch(() => {});
  child.send(turn);
  try {
    const [took] = await Promise.race([once(child, 'message'), exit]);
    return took as number;
  } finally {
    ended.abort();
  }
}

function targets(table: Table): Target[] {
  return MESSAGES.map(({ method, protocolVersion }, column) => {
    const ratio = medianOf(table, OURS, column) / medianOf(table, FLOOR, column);
    const limit = method === 'tools/list' ? 0.25 : 1.1;
    return {
      what: `${method} ${protocolVersion}, of what the SDK's bare handler takes`,
      wanted: `${limit}× or less`,
      seen: `${ratio.toFixed(2)}×`,
      reached: ratio <= limit,
    };
  });
}
