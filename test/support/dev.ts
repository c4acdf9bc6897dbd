import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { LocalLambda, LocalPrincipal } from 'lambda-mcp/local';
import { CLI } from './cli.ts';
import { newPath } from './scratch.ts';

/** What `dev --json` prints on stdout. */
export type DevDescription = Omit<LocalLambda, 'reload' | 'close' | typeof Symbol.asyncDispose>;

/** What `dev --json` prints on stderr, a line each. */
export interface DevEvent {
  readonly type: 'changed' | 'loaded' | 'failed' | 'note' | 'call' | 'output' | 'report';
  readonly [field: string]: unknown;
}

export interface DevServers {
  readonly servers: readonly DevDescription[];
  readonly events: readonly DevEvent[];
  /** What it has said on stderr, as people are told it. */
  told(): string;
  /** @returns its exit code */
  close(): Promise<number | null>;
}

export interface Dev extends DevDescription, Omit<DevServers, 'servers'> {
  principal(name: string): LocalPrincipal;
}

/** `npm run dev -- --json`, without npm, and for any server file and options. */
export async function startDev(
  entry = 'examples/quickstart/server.ts',
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
  folder?: string,
): Promise<Dev> {
  const { servers, ...rest } = await startDevServers([entry], options, env, folder);
  const [description] = servers as [DevDescription];
  return {
    ...description,
    ...rest,
    principal(name) {
      const found = description.principals.find((principal) => principal.name === name);
      if (!found) throw new Error(`dev offers no principal ${name}.`);
      return found;
    },
  };
}

/** The same for several servers. @param folder where it runs; default: one of its own, in which none ran before */
export async function startDevServers(
  entries: readonly string[],
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
  folder = newFolder(),
): Promise<DevServers> {
  const args = [
    CLI,
    'dev',
    ...entries.map((entry) => (entry.startsWith('--') ? entry : resolve(entry))),
    '--json',
    ...options,
  ];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(child, 'close');
  let told = '';
  const servers: DevDescription[] = [];
  const events: DevEvent[] = [];
  createInterface(child.stderr).on('line', (line) => {
    const event: DevEvent | undefined = line.startsWith('{') ? JSON.parse(line) : undefined;
    if (event) events.push(event);
    const text = event ? event.text : line;
    if (text !== undefined) told += `${text}\n`;
  });
  const ready = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    servers.push(JSON.parse(line));
    if (servers.length === entries.length) ready.resolve();
  });
  void gone.then(() => ready.reject(new Error(`dev ended before it had started: ${told}`)));
  await ready.promise;
  return {
    servers,
    events,
    told: () => told,
    async close() {
      child.kill('SIGTERM');
      const [code] = await gone;
      return code;
    },
  };
}

export function newFolder(): string {
  const folder = newPath();
  mkdirSync(folder);
  return folder;
}
