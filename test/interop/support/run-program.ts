import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Line {
  readonly text: string;
  /** Milliseconds since the program started. */
  readonly at: number;
}

export interface Run {
  /** 0 when the program ended well; undefined when it had to be ended. */
  readonly exitCode: number | undefined;
  readonly stdout: readonly Line[];
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** @default this Node */
  readonly command?: string;
}

/** Milliseconds after which a program, and what it started, is killed. */
export const TIME_LIMIT = 30_000;

/** Milliseconds that a pipe may stay open after the program's end. */
const PIPE_GRACE = 2_000;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs a program of Node's, or of the command that is given, with an environment of its own, and takes down what it prints and when. */
export async function runProgram(
  args: readonly string[],
  { env, cwd, command = process.execPath }: RunOptions,
): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, {
    env,
    ...(cwd !== undefined && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what it starts can be ended with it.
    detached: true,
  });
  const stdout: Line[] = [];
  let stderr = '';
  createInterface(child.stdout).on('line', (text) => stdout.push({ text, at: performance.now() - started }));
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const closed = once(child, 'close');

  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    killGroup(child);
  }, TIME_LIMIT);
  const interrupted = () => {
    killGroup(child);
    process.exit(130);
  };
  for (const signal of SIGNALS) process.on(signal, interrupted);
  const [exitCode] = await once(child, 'exit');
  for (const signal of SIGNALS) process.off(signal, interrupted);
  clearTimeout(timer);
  killGroup(child);
  await Promise.race([closed, sleep(PIPE_GRACE, undefined, { ref: false })]);
  return { exitCode: overdue ? undefined : (exitCode ?? 1), stdout, stderr };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
