import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LocalPrincipal } from 'lambda-mcp/local';
import type { Destination } from '../clients.ts';

/** A function in a process of its own. */
export interface RunningFunction extends Destination {
  readonly caller: LocalPrincipal;
  /** Bytes of its process, all environments together. */
  memory(): Promise<number>;
  close(): void;
}

export async function startFunction(server: 'load' | 'large'): Promise<RunningFunction> {
  const child = fork(fileURLToPath(new URL('./function-host.ts', import.meta.url)), [server]);
  const [described] = await once(child, 'message');
  return {
    ...described,
    async memory() {
      child.send('memory');
      const [{ memory }] = await once(child, 'message');
      return memory;
    },
    close: () => void child.kill(),
  };
}
