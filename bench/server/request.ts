import { figure } from '../markdown.ts';
import { measure } from '../measure.ts';
import type { Cell, Row, Section, Spread, Table, Target } from '../section.ts';
import { defineAwslambda, type Handler, invoke, readAnswer } from './function-url.ts';
import type { ToolSource } from './mcp-servers.ts';
import { type Message, message2025, message2026 } from './messages.ts';
import { CALLED, makeTools } from './tools.ts';

interface Contender {
  readonly name: string;
  readonly role: Row['role'];
  readonly handler: (tools: ToolSource) => Handler;
  readonly protocols: readonly string[];
  /** Whether it starts a process for each request: then it gets few samples, and those once. */
  readonly slow?: boolean;
}

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const RUNS = QUICK ? { rounds: 3, runsPerSample: 2, warmUp: 3 } : { rounds: 60, runsPerSample: 10, warmUp: 200 };
const SLOW_RUNS = { rounds: QUICK ? 1 : 5, runsPerSample: 1, warmUp: 1 };

const OURS = '`lambda-mcp/server`';
const FLOOR = "the SDK's bare handler";
const MESSAGES = [
  message2025('tools/list'),
  message2025('tools/call'),
  message2026('tools/list'),
  message2026('tools/call'),
];

const TOOL_NAMES = makeTools()
  .map(({ name }) => name)
  .join();

/** A request inside the function: event in, bytes out. */
export async function measureSection(): Promise<Section> {
  const contenders = await loadContenders();
  const tools = makeTools();
  const once = await measureTable('Schemas made once, at module level', () => tools, contenders);
  const anew = await measureTable(
    'Schemas made for each request, inside the factory',
    makeTools,
    contenders.filter(({ slow }) => !slow),
  );
  return {
    title: 'A request inside the function',
    how: [
      'From the event that Lambda hands over to the last byte in its response stream, without a network: a server of 20 tools (two to five properties each, three with an output schema) made for each request, and a call with a small structured result. All get the same payload-2.0 event and the same `Writable`, and write the prelude. Ours writes its log line, as it does unless told otherwise.',
      '`@hono/mcp` knows only the 2025 revisions and `@modelcontextprotocol/sdk` (v1), so ours for that SDK stands beside it. awslabs’ adapter starts the server as a process for each request, and answers unstreamed.',
    ],
    tables: [once, anew],
    targets: targets(once),
    findings: [
      `Where schemas are made decides more than who carries the request: made inside the factory, a call takes ${figure(medianOf(anew, OURS, 1) / medianOf(once, OURS, 1))} times as long through ours, and ${figure(medianOf(anew, FLOOR, 1) / medianOf(once, FLOOR, 1))} times through the bare handler. What ours saves in a list is zod’s conversion to JSON Schema, which it does for the first two requests; the list itself is made for every caller anew.`,
    ],
  };
}

function medianOf({ rows }: Table, name: string, column: number): number {
  const cell = rows.find((row) => row.name === name)?.cells[column];
  return (cell as Spread | undefined)?.median ?? Number.NaN;
}

/** Adapters look for Lambda's global when they are loaded, so it is there first. */
async function loadContenders(): Promise<Contender[]> {
  defineAwslambda();
  const { oursHandler, oursV1Handler } = await import('./handlers/ours.ts');
  const { bareSdkHandler } = await import('./handlers/bare-sdk.ts');
  const { srvxHandler } = await import('./handlers/srvx.ts');
  const { honoHandler } = await import('./handlers/hono.ts');
  const { awslabsHandler } = await import('./handlers/awslabs.ts');
  const both = ['2025-11-25', '2026-07-28'];
  const only2025 = ['2025-11-25'];
  return [
    { name: OURS, role: 'ours', handler: oursHandler, protocols: both },
    { name: FLOOR, role: 'floor', handler: bareSdkHandler, protocols: both },
    { name: "srvx over the SDK's handler", role: 'peer', handler: srvxHandler, protocols: both },
    { name: '`lambda-mcp/server/v1`', role: 'ours', handler: oursV1Handler, protocols: only2025 },
    { name: 'Hono `streamHandle` with `@hono/mcp` (v1)', role: 'peer', handler: honoHandler, protocols: only2025 },
    { name: 'awslabs, stdio (v1)', role: 'peer', handler: awslabsHandler, protocols: only2025, slow: true },
  ];
}

async function measureTable(title: string, tools: ToolSource, contenders: readonly Contender[]): Promise<Table> {
  const handlers = new Map(contenders.map((contender) => [contender, contender.handler(tools)]));
  const columns: Map<string, Spread>[] = [];
  for (const message of MESSAGES) columns.push(await measureMessage(message, handlers));
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

async function measureMessage(message: Message, handlers: Map<Contender, Handler>): Promise<Map<string, Spread>> {
  const serving = [...handlers].filter(([{ protocols }]) => protocols.includes(message.protocolVersion));
  for (const [{ name }, handler] of serving) await assertRight(name, handler, message);
  const run = (slow: boolean) =>
    serving
      .filter(([contender]) => (contender.slow ?? false) === slow)
      .map(([{ name }, handler]) => ({ name, run: () => invoke(handler, message.body, message.headers) }));
  return new Map([...(await measure(run(false), RUNS)), ...(await measure(run(true), SLOW_RUNS))]);
}

/** Only right answers are timed: all tools by name, or the called tool's structured result. */
async function assertRight(name: string, handler: Handler, { method, body, headers }: Message): Promise<void> {
  const answer = readAnswer(await invoke(handler, body, headers));
  const text = /^data: (.*)$/m.exec(answer.body)?.[1] ?? answer.body;
  const { result } = JSON.parse(text) as {
    result?: { tools?: { name: string }[]; structuredContent?: { orderId: string } };
  };
  const seen =
    method === 'tools/list' ? result?.tools?.map((tool) => tool.name).join() : result?.structuredContent?.orderId;
  const wanted = method === 'tools/list' ? TOOL_NAMES : CALLED.arguments.orderId;
  if (answer.status !== 200 || seen !== wanted) {
    throw new Error(`${name} answered ${method} with ${answer.status}: ${answer.body.slice(0, 500)}`);
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
