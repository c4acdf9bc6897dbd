import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect } from '../clients.ts';
import type { RunningFunction } from './start-function.ts';

setFlagsFromString('--expose-gc');
const sweep = runInNewContext('gc') as () => void;

/** Heaps once they are swept; MB. */
export interface Memory {
  readonly client: number;
  /** Of the environment that holds the most. */
  readonly function: number;
}

/** How often the function is asked: often enough to meet each of its few environments. */
const ASKED = 24;

export async function measureMemory(to: RunningFunction): Promise<Memory> {
  const client = await connect('v2, 2026', 'SigV4', to, { credentials: to.caller });
  const heaps = await Promise.all(Array.from({ length: ASKED }, () => client.callTool('memory', {})));
  await client.close();
  // What a connection has just let go of takes a turn to be free.
  await new Promise((resolve) => setTimeout(resolve, 100));
  sweep();
  return { client: toMb(process.memoryUsage().heapUsed), function: toMb(Math.max(...heaps.map(Number))) };
}

export function toMb(bytes: number): number {
  return bytes / 2 ** 20;
}
