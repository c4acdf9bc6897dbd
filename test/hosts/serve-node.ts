import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bareEnvironment, CLI } from '../support/cli.ts';

/** A server file as a process of `lambda-mcp serve`. */
export interface ServedFile extends AsyncDisposable {
  readonly url: string;
}

/** @param args of the command, after the server file */
export async function serveNode(entry: string, ...args: string[]): Promise<ServedFile> {
  const child = spawn(process.execPath, [CLI, 'serve', entry, '--port', '0', ...args], {
    env: { ...bareEnvironment, REQUEST_STATE_KEY: crypto.randomUUID() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const gone = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const { value, done } = await lines[Symbol.asyncIterator]().next();
  if (done) throw new Error('lambda-mcp serve ended before it served: what it said is above.');
  // The server's log lines would fill the pipe.
  lines.on('line', () => {});
  return {
    url: value,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await gone;
      process.removeListener('exit', end);
    },
  };
}
