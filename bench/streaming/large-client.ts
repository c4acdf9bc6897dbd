/**
 * Receives one large result, in a process of its own so that its memory can be told: `node large-client.ts TASK`. It says
 * `ready` once it is warm, begins at its parent's next message, and sends what it measured.
 */
import { once } from 'node:events';
import { invokeFetch, sigv4Fetch } from 'lambda-mcp/fetch';
import { connect, type Line, signingFetch, type Way } from './clients.ts';
import { readMemory, resetPeak } from './memory.ts';
import type { HostAddress } from './start-host.ts';

/** What to receive: the result of a tool, as a client of a line gives it; or an answer of a type, read as it comes. */
export interface LargeTask {
  readonly address: HostAddress;
  readonly way: Way;
  readonly received: { readonly line: Line } | { readonly type: string };
  readonly bytes: number;
  readonly warmUpBytes: number;
}

export interface LargeReceipt {
  readonly milliseconds: number;
  /** By how much the process grew meanwhile, at most; bytes. */
  readonly growth: number;
}

const { address, way, received, bytes, warmUpBytes } = JSON.parse(process.argv[2] ?? '') as LargeTask;
const receive = 'line' in received ? await resultReceiver(received.line) : streamReceiver(received.type);
await receive(warmUpBytes);
process.send?.('ready');
await once(process, 'message');
resetPeak();
const before = readMemory().now;
const started = performance.now();
const count = await receive(bytes);
const milliseconds = performance.now() - started;
if (count < bytes) throw new Error(`${count} bytes of ${bytes} came.`);
process.send?.({ milliseconds, growth: readMemory().peak - before } satisfies LargeReceipt, () => process.exit());

async function resultReceiver(line: Line): Promise<(size: number) => Promise<number>> {
  const client = await connect(line, way, address);
  return async (size) => (await client.call('large', { bytes: size })).length;
}

function streamReceiver(type: string): (size: number) => Promise<number> {
  const send = plainFetch();
  return async (size) => {
    const params = { name: 'large', megabytes: size / 2 ** 20, type };
    const response = await send(address.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    });
    let count = 0;
    for await (const chunk of response.body ?? []) count += chunk.byteLength;
    return count;
  };
}

function plainFetch(): typeof fetch {
  const { region, endpoint, functionArn, credentials = { accessKeyId: '', secretAccessKey: '' } } = address;
  if (way === 'SigV4') return sigv4Fetch({ region, credentials });
  if (way === 'Invoke') return invokeFetch(functionArn, { region, endpoint, credentials });
  return way === 'aws4fetch' ? signingFetch(address) : fetch;
}
