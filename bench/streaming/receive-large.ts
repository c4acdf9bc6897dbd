import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LargeReceipt, LargeTask } from './large-client.ts';
import { type HostedServer, startHost } from './start-host.ts';

/** Of one transfer. */
export interface Transfer {
  readonly milliseconds: number;
  /** By how much each process grew, at most; bytes. */
  readonly client: number;
  readonly server: number;
}

/** Receives one large result, from a server and with a client that are started for it. */
export async function receiveLarge(server: HostedServer, task: Omit<LargeTask, 'address'>): Promise<Transfer> {
  const host = await startHost(server);
  const child = fork(
    fileURLToPath(new URL('large-client.ts', import.meta.url)),
    [JSON.stringify({ ...task, address: host.address } satisfies LargeTask)],
    { execArgv: ['--expose-gc'] },
  );
  const died = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The client of ${server.join(' ')}, by ${task.way}, ended with ${signal ?? code}.`);
  });
  died.catch(() => {});
  try {
    await Promise.race([once(child, 'message'), died]);
    const before = await host.resetPeak();
    child.send('go');
    const [{ milliseconds, growth }] = (await Promise.race([once(child, 'message'), died])) as [LargeReceipt];
    return { milliseconds, client: growth, server: (await host.memory()).peak - before.now };
  } finally {
    child.kill();
    host.close();
  }
}
