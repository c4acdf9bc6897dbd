import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { startLocalLambda } from 'lambda-mcp/local';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { spread } from '../measure.ts';
import type { Spread } from '../section.ts';
import { callMessage, message2026 } from '../server/messages.ts';
import { bundle } from './bundle.ts';

/** What a server takes of what is billed. */
export interface MeasuredServer {
  /** Milliseconds, as the REPORT lines say. */
  readonly init: Spread;
  readonly list: Spread;
  readonly call: Spread;
  /** Bytes of an answer's body. */
  readonly listBytes: number;
  readonly callBytes: number;
  /** Bytes of the function's log, and of the trail, for one call. */
  readonly logBytes: number;
  readonly trailBytes: number;
  /** By the memory that it is given, in MB: the most that a process has which runs nothing else; bytes. */
  readonly peaks: ReadonlyMap<number, number>;
}

export interface ServerToMeasure {
  /** Its file. */
  readonly entry: string;
  readonly tool: string;
  readonly args: Record<string, unknown>;
}

interface Counts {
  /** Lists, and as many calls. */
  readonly warm: number;
  readonly cold: number;
  /** MB. */
  readonly memorySizes: readonly number[];
}

/** Bundles a server as it is deployed, and runs it on the local Lambda. */
export async function measureServer({ entry, tool, args }: ServerToMeasure, counts: Counts): Promise<MeasuredServer> {
  const bundled = await bundle(entry);
  const allowed = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }],
  } as const;
  await using lambda = await startLocalLambda({
    entry: bundled,
    principals: [{ name: 'caller', policies: [allowed] }],
  });
  const [credentials] = lambda.principals;
  if (!credentials) throw new Error('The local Lambda made no principal.');
  const client = new Client({ name: 'bench', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new SigV4ClientTransport(lambda.functionUrl, { region: lambda.region, credentials }));
  const call = async () => {
    const { isError } = await client.callTool({ name: tool, arguments: args });
    if (isError) throw new Error(`${tool} failed.`);
  };
  for (let i = 0; i < counts.cold; i += 1) {
    await lambda.reload();
    await call();
  }
  const { length: before } = await settledLog(lambda.logFile);
  const trailBefore = readFileSync(lambda.trailFile).byteLength;
  for (let i = 0; i < counts.warm; i += 1) {
    await client.listTools(undefined, { cacheMode: 'refresh' });
    await call();
  }
  await client.close();
  const log = await settledLog(lambda.logFile);
  const warm = log.slice(before);
  const lists = warm.filter(({ method }) => method === 'tools/list');
  const calls = warm.filter(({ method }) => method === 'tools/call');
  if (lists.length !== counts.warm || calls.length !== counts.warm) {
    throw new Error(`${lists.length} lists and ${calls.length} calls of ${counts.warm} are in the log.`);
  }
  return {
    init: spread(log.slice(1, before).flatMap(({ init }) => (init === undefined ? [] : [init]))),
    list: spread(lists.map(({ duration }) => duration)),
    call: spread(calls.map(({ duration }) => duration)),
    listBytes: lists[0]?.bytesOut ?? 0,
    callBytes: calls[0]?.bytesOut ?? 0,
    logBytes: calls.reduce((sum, { logBytes }) => sum + logBytes, 0) / calls.length,
    trailBytes: (readFileSync(lambda.trailFile).byteLength - trailBefore) / warm.length,
    peaks: await peaksAlone(bundled, [message2026('tools/list'), callMessage(tool, args)], counts),
  };
}

async function peaksAlone(bundled: string, requests: readonly unknown[], { warm, memorySizes }: Counts) {
  const program = await bundle('function-process.ts');
  const peaks = new Map<number, number>();
  for (const size of memorySizes) {
    const child = fork(program, [bundled, JSON.stringify(requests), String(warm)], {
      // Shares of the memory that the bootstrap of Lambda's Node runtimes gives the heap, as copies of it show.
      execArgv: [`--max-old-space-size=${Math.floor(size * 0.9)}`, `--max-semi-space-size=${Math.floor(size * 0.05)}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [peak] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`The function's process ended with ${code}.`))),
    ]);
    peaks.set(size, peak);
  }
  return peaks;
}

/** A call in the function's log: Lambda's own lines, and the server's between them. */
interface LoggedCall {
  readonly method: string;
  readonly bytesOut: number;
  readonly logBytes: number;
  readonly duration: number;
  readonly init: number | undefined;
}

/** The log once every call that has begun has its report. */
async function settledLog(file: string): Promise<LoggedCall[]> {
  while (true) {
    const lines = linesByRequest(file);
    const calls = lines.flatMap(readCall);
    if (calls.length === lines.length) return calls;
    await sleep(10);
  }
}

/** Each line names its request. */
function linesByRequest(file: string): string[][] {
  const requests = new Map<string, string[]>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, id] = /[rR]equestId(?:: |":")([0-9a-f-]{36})/.exec(line) ?? [];
    if (id !== undefined) requests.set(id, [...(requests.get(id) ?? []), line]);
  }
  return [...requests.values()];
}

function readCall(lines: readonly string[]): LoggedCall[] {
  const record = lines.find((line) => line.startsWith('{'));
  const report = lines.find((line) => line.startsWith('REPORT '));
  if (record === undefined || report === undefined) return [];
  const [, duration] = /\tDuration: ([\d.]+) ms/.exec(report) ?? [];
  const [, init] = /\tInit Duration: ([\d.]+) ms/.exec(report) ?? [];
  return [
    {
      ...(JSON.parse(record) as Pick<LoggedCall, 'method' | 'bytesOut'>),
      logBytes: Buffer.byteLength(lines.join('\n')) + 1,
      duration: Number(duration),
      init: init === undefined ? undefined : Number(init),
    },
  ];
}
