import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Memory } from './memory.ts';

/** Where a server's process listens. */
export interface HostAddress {
  /** The function's URL, or that of a plain HTTP server. */
  readonly url: string;
  /** Endpoint of the Lambda API; empty without Lambda, as is what follows. */
  readonly endpoint: string;
  readonly functionArn: string;
  readonly region: string;
  readonly credentials?: AwsCredentials | undefined;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Host {
  readonly address: HostAddress;
  memory(): Promise<Memory>;
  /** Sweeps its heap, forgets its peak, and tells what it has. */
  resetPeak(): Promise<Memory>;
  close(): void;
}

/** A server that `host.ts` knows, as the server's name or as a function's path from there and its export. */
export type HostedServer = readonly string[];

export async function startHost(server: HostedServer): Promise<Host> {
  const child = fork(fileURLToPath(new URL('host.ts', import.meta.url)), [...server], {
    execArgv: ['--expose-gc'],
  });
  const died = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The server ${server.join(' ')} ended with ${signal ?? code}.`);
  });
  // Whoever waits for an answer is told.
  died.catch(() => {});
  const answer = async () => (await Promise.race([once(child, 'message'), died]))[0];
  const address: HostAddress = await answer();
  const ask = (question: 'memory' | 'reset'): Promise<Memory> => {
    child.send(question);
    return answer();
  };
  return { address, memory: () => ask('memory'), resetPeak: () => ask('reset'), close: () => void child.kill() };
}
