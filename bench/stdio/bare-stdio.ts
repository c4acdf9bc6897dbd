import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A stdio server, and nothing around it: a line in, a line out, one call at a time. */
export interface BareStdio {
  ask(message: object): Promise<string>;
  close(): void;
}

/** Starts a server and initialises it. */
export async function startBareStdio(server: string): Promise<BareStdio> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, [server], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  let take: (line: string) => void = () => {};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (!text.endsWith('\n')) return;
    const line = text;
    text = '';
    take(line);
  });
  const ask = (message: object) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    take = resolve;
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    return promise;
  };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } };
  await ask({ id: 0, method: 'initialize', params });
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return { ask, close: () => void child.kill() };
}
