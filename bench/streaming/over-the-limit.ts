import { connect, type Way } from './clients.ts';
import { type HostedServer, startHost } from './start-host.ts';

const MB = 2 ** 20;
/** Milliseconds. */
const PATIENCE = 3000;

/** What becomes of a result that is larger than a buffered response may be, where responses are buffered: in a sentence. */
export async function overTheLimit(): Promise<string> {
  const invoke = await ask(['functions/awslabs.ts', 'invoked'], 'awslabs Invoke');
  return (
    "awslabs' server does not stream, and a buffered response ends at 6 MB on Lambda. A result of 7 MB, by its Invoke " +
    `transport: ${invoke}. A buffered function URL was not tried: the local Lambda has streaming ones only.`
  );
}

async function ask(server: HostedServer, way: Way): Promise<string> {
  const host = await startHost(server);
  try {
    const client = await connect('v1, 2025-11-25', way, host.address);
    const { length } = await client.call('large', { bytes: 7 * MB }, { timeout: PATIENCE });
    return `${length} characters arrive`;
  } catch (error) {
    const { message } = error as Error;
    return message.includes('timed out')
      ? 'Lambda refuses, the transport tells its `onerror` only, and the client waits until it gives up, 60 seconds by default'
      : `it fails with “${message}”`;
  } finally {
    host.close();
  }
}
