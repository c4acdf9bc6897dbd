import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalLambda, LocalPrincipal } from 'lambda-mcp/local';

/** What `dev --json` prints. */
export type DevDescription = Omit<LocalLambda, 'reload' | 'close' | typeof Symbol.asyncDispose>;

export interface Dev extends DevDescription {
  principal(name: string): LocalPrincipal;
  /** What it has said on stderr. */
  told(): string;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run dev -- --json`, without npm, and for any server file and options. */
export async function startDev(
  entry = 'examples/quickstart/server.ts',
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Dev> {
  const args = ['dist/cli/main.js', 'dev', entry, '--json', ...options];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(child, 'exit');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const { value, done } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  if (done) throw new Error(`dev ended before it had started: ${stderr}`);
  const description: DevDescription = JSON.parse(value);
  return {
    ...description,
    principal(name) {
      const found = description.principals.find((principal) => principal.name === name);
      if (!found) throw new Error(`dev offers no principal ${name}.`);
      return found;
    },
    told: () => stderr,
    async close() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
