import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import type { Way } from '../clients.ts';
import { toMb } from './memory.ts';
import { type RunningFunction, startFunction } from './start-function.ts';

export interface LargeResult {
  readonly way: Way;
  /** The answer's content type. */
  readonly type: string;
  /** Bytes received. */
  readonly bytes: number;
  /** Milliseconds. */
  readonly duration: number;
  /** By how much each process grew while the answer streamed, at most; MB. */
  readonly growth: { readonly client: number; readonly function: number };
}

const TYPES = ['text/event-stream', 'application/json'];

/** Reads a result of so many megabytes as it comes, once by each transport and of each type. */
export async function streamLarge(megabytes: number): Promise<LargeResult[]> {
  const to = await startFunction('large');
  try {
    const results: LargeResult[] = [];
    for (const way of ['SigV4', 'Invoke'] as const) {
      for (const type of TYPES) {
        // The first answers make each process as large as answers of any size make it.
        await read(way, type, 30, to);
        results.push(await read(way, type, megabytes, to));
      }
    }
    return results;
  } finally {
    to.close();
  }
}

async function read(way: Way, type: string, megabytes: number, to: RunningFunction): Promise<LargeResult> {
  const { caller: credentials, region, lambdaEndpoint: endpoint } = to;
  const fetch =
    way === 'SigV4' ? sigv4Fetch({ credentials, region }) : invokeFetch(to.functionArn, { credentials, endpoint });
  const before = { client: process.memoryUsage().rss, function: await to.memory() };
  const most = { ...before };
  const started = performance.now();
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'large', megabytes, type },
  });
  const response = await fetch(to.functionUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  let bytes = 0;
  let measured = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes - measured < 8 * 2 ** 20) continue;
    measured = bytes;
    most.client = Math.max(most.client, process.memoryUsage().rss);
    most.function = Math.max(most.function, await to.memory());
  }
  const growth = { client: toMb(most.client - before.client), function: toMb(most.function - before.function) };
  return { way, type, bytes, duration: performance.now() - started, growth };
}
