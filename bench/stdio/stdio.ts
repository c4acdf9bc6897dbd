import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { createLambdaHandler, type StdioServer } from 'lambda-mcp/server/stdio';
import { figure } from '../markdown.ts';
import { measure, sampleByTurns, timeRuns } from '../measure.ts';
import type { Section, Spread } from '../section.ts';
import { defineAwslambda, type Handler, invoke, readAnswer } from '../server/function-url.ts';
import { message2025, message2026 } from '../server/messages.ts';
import { CALLED } from '../server/tools.ts';
import { startBareStdio } from './bare-stdio.ts';

const QUICK = process.env.LAMBDA_MCP_BENCH_QUICK === '1';
const WARM = QUICK ? { rounds: 3, runsPerSample: 2, warmUp: 3 } : { rounds: 30, runsPerSample: 40, warmUp: 1000 };
const COLD_ROUNDS = QUICK ? 1 : 5;
const SERVER = fileURLToPath(new URL('../server/handlers/stdio-server.ts', import.meta.url));
const NAMES = {
  pipe: 'the pipe alone: a line in, a line out',
  bare: "bare stdio: the SDK's client (v1)",
  ours2025: '`lambda-mcp/server/stdio`, 2025-11-25',
  ours2026: '`lambda-mcp/server/stdio`, 2026-07-28',
  request: "`lambda-mcp/server/stdio`, `isolation: 'request'`",
  cold: '`lambda-mcp/server/stdio`, first call',
  awslabs: 'awslabs, stdio',
} as const;

/** A stdio server inside the function: event in, bytes out. */
export async function measureSection(): Promise<Section> {
  defineAwslambda();
  const start = (more: Partial<StdioServer> = {}) =>
    createLambdaHandler({ command: 'node', args: [SERVER], ...more }) as unknown as Handler;
  const { awslabsHandler } = await import('../server/handlers/awslabs.ts');
  const call =
    (handler: Handler, { body, headers } = message2025('tools/call')) =>
    async () => {
      const { status, body: text } = readAnswer(await invoke(handler, body, headers));
      if (status !== 200 || !text.includes(CALLED.arguments.orderId)) throw new Error(`No answer: ${status} ${text}`);
    };
  const pipe = await startBareStdio(SERVER);
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [SERVER] }));
  const kept = start();
  let id = 0;
  const callPipe = async () => {
    id += 1;
    await pipe.ask({ id, method: 'tools/call', params: { name: CALLED.name, arguments: CALLED.arguments } });
  };
  const warm = await measure(
    [
      { name: NAMES.pipe, run: callPipe },
      { name: NAMES.bare, run: () => client.callTool({ name: CALLED.name, arguments: CALLED.arguments }) },
      { name: NAMES.ours2025, run: call(kept) },
      { name: NAMES.ours2026, run: call(kept, message2026('tools/call')) },
    ],
    WARM,
  );
  const request = start({ isolation: 'request' });
  const awslabs = awslabsHandler(SERVER);
  const once = (run: () => Promise<void>) => () => timeRuns(run, 1);
  const slow = await sampleByTurns(
    [
      { name: NAMES.cold, sample: once(() => call(start())()) },
      { name: NAMES.request, sample: once(call(request)) },
      { name: NAMES.awslabs, sample: once(call(awslabs)) },
    ],
    COLD_ROUNDS,
  );
  pipe.close();
  await client.close();
  const all = new Map([...warm, ...slow]);
  const of = (name: string) => all.get(name) as Spread;
  const ratio = of(NAMES.ours2025).median / of(NAMES.bare).median;
  const faster = of(NAMES.awslabs).median / of(NAMES.ours2025).median;
  const roles = { [NAMES.pipe]: 'floor', [NAMES.bare]: 'floor', [NAMES.awslabs]: 'peer' } as Record<
    string,
    'floor' | 'peer'
  >;
  return {
    title: 'A stdio server inside the function',
    how: [
      'The same server of 20 tools, made with `@modelcontextprotocol/sdk` (v1) and spoken to over stdio: a `tools/call` from the event that Lambda hands over to the last byte in its response stream, for a verified caller. Bare stdio is the same call by the SDK’s client over its stdio transport, without HTTP, log or checks; the pipe alone is two lines that nobody looks at.',
      "The first call is that of a new environment whose process starts with it; in Lambda it starts in the init phase. With `isolation: 'request'` each call has a process of its own, the next of which starts once the call has ended: here there is time for that between two calls.",
    ],
    tables: [
      {
        columns: [{ title: 'tools/call', unit: 'µs' }],
        rows: Object.values(NAMES).map((name) => ({ name, role: roles[name] ?? 'ours', cells: [of(name)] })),
      },
    ],
    targets: [
      {
        what: 'a warm call, of what it takes over bare stdio',
        wanted: '3× or less',
        seen: `${ratio.toFixed(2)}×`,
        reached: ratio <= 3,
      },
      {
        what: 'a warm call, faster than through awslabs’ adapter',
        wanted: '30× or more',
        seen: `${faster.toFixed(0)}×`,
        reached: faster >= 30,
      },
    ],
    findings: [
      `A process for each request costs ${figure(of(NAMES.request).median / 1000)} ms a call where there is time to start it beforehand. Lambda freezes an environment between two invocations, so that a process which has not started by then goes on at the next: expect anything up to the ${figure(of(NAMES.cold).median / 1000)} ms of a first call.`,
    ],
  };
}
