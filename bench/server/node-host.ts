import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { measure } from '../measure.ts';
import type { Section, Spread, Target } from '../section.ts';
import { type Message, message2025, message2026 } from './messages.ts';
import { CALLED } from './tools.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const RUNS = QUICK ? { rounds: 3, runsPerSample: 2, warmUp: 3 } : { rounds: 25, runsPerSample: 60, warmUp: 2000 };
const OURS = '`lambda-mcp/http`';
const SDK = "the SDK's own Node adapter";
const SESSIONS = '`lambda-mcp/http`, in a session';
const PROGRAMS = { [OURS]: 'ours', [SDK]: 'sdk', [SESSIONS]: 'sessions' };
const MESSAGES = [
  message2025('tools/list'),
  message2025('tools/call'),
  message2026('tools/list'),
  message2026('tools/call'),
];

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** A request to a Node host, over one connection on loopback. */
export async function measureSection(): Promise<Section> {
  const hosts = await Promise.all(Object.entries(PROGRAMS).map(([name, program]) => startHost(name, program)));
  const columns: Map<string, Spread>[] = [];
  try {
    const sessionHeaders = await beginSession(hosts.find(({ name }) => name === SESSIONS)?.url as string);
    for (const message of MESSAGES) {
      const contenders = hosts
        // Protocol 2026-07-28 has no sessions.
        .filter(({ name }) => name !== SESSIONS || message.protocolVersion < '2026')
        .map(({ name, url }) => ({ name, run: () => ask(url, message, name === SESSIONS ? sessionHeaders : {}) }));
      columns.push(await measure(contenders, RUNS));
    }
  } finally {
    for (const { child } of hosts) child.disconnect();
    agent.destroy();
  }
  return {
    title: 'A request to the Node host',
    how: [
      'From the client’s request to the last byte of its answer, over one kept connection on loopback: the server of 20 tools above, served by `serve()` and by `toNodeHandler(createMcpHandler(…))` of `@modelcontextprotocol/node`, each alone in a process, by turns. Ours checks `Host`, looks at the answer and writes its log line. In a session the server is made once.',
    ],
    tables: [
      {
        columns: MESSAGES.map(({ method, protocolVersion }) => ({ title: `${method} ${protocolVersion}`, unit: 'µs' })),
        rows: Object.keys(PROGRAMS).map((name) => ({
          name,
          role: name === SDK ? 'floor' : 'ours',
          cells: columns.map((column) => column.get(name) ?? 'none there'),
        })),
      },
    ],
    targets: MESSAGES.map((message, column) => target(message, columns[column] as Map<string, Spread>)),
  };
}

function target({ method, protocolVersion }: Message, column: Map<string, Spread>): Target {
  const ratio = (column.get(OURS) as Spread).median / (column.get(SDK) as Spread).median;
  return {
    what: `${method} ${protocolVersion}, of what the SDK's own Node adapter takes`,
    wanted: '1.1× or less',
    seen: `${ratio.toFixed(2)}×`,
    reached: ratio <= 1.1,
  };
}

async function startHost(name: string, program: string): Promise<{ name: string; url: string; child: ChildProcess }> {
  const child = fork(fileURLToPath(new URL('node-process.ts', import.meta.url)), [program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [url] = await once(child, 'message');
  return { name, url, child };
}

/** Only right answers are timed. */
async function ask(url: string, { method, body, headers }: Message, more: OutgoingHttpHeaders): Promise<void> {
  const { status, text } = await post(url, body, { ...headers, ...more });
  if (status === 200 && text.includes(method === 'tools/call' ? CALLED.arguments.orderId : CALLED.name)) return;
  throw new Error(`${url} answered ${method} with ${status}: ${text.slice(0, 500)}`);
}

async function beginSession(url: string): Promise<OutgoingHttpHeaders> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } };
  const initialize = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const { sessionId } = await post(url, initialize, {});
  const headers = { 'mcp-session-id': sessionId };
  await post(url, JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }), headers);
  return headers;
}

async function post(url: string, body: string, headers: OutgoingHttpHeaders) {
  const sent = request(url, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'content-length': Buffer.byteLength(body),
      ...headers,
    },
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode as number,
    sessionId: response.headers['mcp-session-id'] as string | undefined,
    text: Buffer.concat(chunks).toString(),
  };
}
