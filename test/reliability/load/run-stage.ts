import { type ConnectedClient, connect, LINES, type Way } from '../clients.ts';
import type { RunningFunction } from './start-function.ts';

/** So many callers, making so many calls in all. */
export interface Stage {
  readonly way: Way;
  readonly callers: number;
  readonly calls: number;
}

export interface StageResult {
  /** What went wrong, one entry a call. */
  readonly errors: readonly string[];
  /** Of all calls together; milliseconds. */
  readonly duration: number;
  /** Of each call, sorted; milliseconds. */
  readonly latencies: Float64Array;
}

const KINDS = ['list', 'call', 'progress'] as const;

/** Each caller is a client of its own, of either SDK line, and makes call after call. */
export async function runStage(stage: Stage, to: RunningFunction): Promise<StageResult> {
  const { callers, calls, way } = stage;
  const latencies = new Float64Array(calls);
  const errors: string[] = [];
  const clients = await inTurn(callers, 20, (caller) =>
    connect(LINES[caller % LINES.length] ?? 'v1', way, to, { credentials: to.caller }),
  );
  let next = 0;
  const started = performance.now();
  await Promise.all(
    clients.map(async (client, caller) => {
      for (let call = next++; call < calls; call = next++) {
        const begun = performance.now();
        try {
          await callOnce(client, KINDS[call % KINDS.length] ?? 'call', `${caller}-${call}`);
        } catch (error) {
          errors.push(String(error));
        }
        latencies[call] = performance.now() - begun;
      }
    }),
  );
  const duration = performance.now() - started;
  for (const client of clients) await client.close();
  return { errors, duration, latencies: latencies.sort() };
}

async function callOnce(client: ConnectedClient, kind: (typeof KINDS)[number], text: string): Promise<void> {
  if (kind === 'list') {
    const names = await client.listTools();
    if (names.join() !== 'echo,steps,memory') throw new Error(`a list of ${names}`);
    return;
  }
  let steps = 0;
  const onprogress = () => {
    steps += 1;
  };
  const answer =
    kind === 'call' ? await client.callTool('echo', { text }) : await client.callTool('steps', { text }, onprogress);
  if (answer !== text) throw new Error(`asked for ${text}, got ${answer}`);
  if (kind === 'progress' && steps !== 3) throw new Error(`${steps} steps of 3`);
}

/** Makes `count` things, some at a time. */
async function inTurn<T>(count: number, width: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let from = 0; from < count; from += width) {
    const some = Array.from({ length: Math.min(width, count - from) }, (_, index) => make(from + index));
    made.push(...(await Promise.all(some)));
  }
  return made;
}
