import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EnvironmentDeath, exited } from './environment-death.ts';
import { type EnvironmentsOptions, isDebugged } from './environments-options.ts';
import { functionVariables } from './function-variables.ts';
import { createLineSplitter } from './line-splitter.ts';
import { type ResidentMemory, residentMemory } from './resident-memory.ts';
import { type RuntimeApi, type RuntimeEvents, startRuntimeApi } from './runtime-api.ts';
import { TAKEN_FD } from './taken-fd.ts';
import { watchdog } from './watchdog.ts';

/** A process that runs the runtime with the function in it, and the Runtime API that it speaks to. */
export interface Sandbox {
  /** Stops it and all that it has started, as long as nobody calls. */
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** Ends its connections too: what it was sending breaks off. */
  breakOff(): void;
  /** How many calls the runtime has read; of one that does not tell, all that there are. */
  taken(): number;
  memory(): ResidentMemory | undefined;
  /** Resolves when all that was written before to stdout and stderr is logged, but for a line without its end. */
  outputRead(): Promise<void>;
  /** Hands on that line. */
  flushOutput(): void;
  /** How it ended, once its output is read. */
  readonly ended: Promise<EnvironmentDeath>;
}

// Run from source there is no main.js, and built there is no main.ts.
const RUNTIME = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './runtime/main.ts' : './runtime/main.js', import.meta.url),
);
const IS_POSIX = process.platform !== 'win32';

export function startSandbox(options: EnvironmentsOptions, logStreamName: string, events: RuntimeEvents): Sandbox {
  const ended = Promise.withResolvers<EnvironmentDeath>();
  const folder = newFolder();
  const output = createOutput(options.log);
  let api: RuntimeApi | undefined;
  let child: ChildProcess | undefined;
  let killed = false;
  let frozen = false;

  async function start(): Promise<void> {
    api = await startRuntimeApi(events);
    if (killed) return end(exited(null, 'SIGKILL'));
    const variables = functionVariables(options, logStreamName);
    child = spawnRuntime(options, { ...variables, AWS_LAMBDA_RUNTIME_API: api.address, TMPDIR: folder });
    const { pid } = child;
    if (pid !== undefined) watchdog().watch(pid);
    output.read(child);
    child.once('error', (error) => {
      output.write(`${error}\n`);
      void end(exited(1, null));
    });
    child.once('exit', (code, signal) => void end(exited(code, signal)));
  }

  async function end(death: EnvironmentDeath): Promise<void> {
    // What it has started ends with it.
    signal('SIGKILL');
    // A connection that it had just opened is taken in one turn of the event loop, read in the next, and heard in a third.
    for (let turns = 0; turns < 3; turns += 1) await output.settled();
    if (child?.pid !== undefined) watchdog().unwatch(child.pid);
    api?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    ended.resolve(death);
  }

  function signal(name: NodeJS.Signals): void {
    if (child?.pid === undefined) return;
    try {
      // The whole group, whose leader it is. Of a group that is gone there is nothing to do.
      if (IS_POSIX) process.kill(-child.pid, name);
      else if (name === 'SIGKILL') child.kill(name);
    } catch {}
  }

  function setFrozen(wanted: boolean): void {
    if (!options.freeze || isDebugged(options) || frozen === wanted) return;
    frozen = wanted;
    signal(wanted ? 'SIGSTOP' : 'SIGCONT');
  }

  start().catch((error: unknown) => {
    output.write(`${error}\n`);
    void end(exited(1, null));
  });
  return {
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    kill() {
      killed = true;
      signal('SIGKILL');
    },
    breakOff: () => api?.breakOff(),
    taken: () => (options.runtime === undefined ? output.taken() : Number.POSITIVE_INFINITY),
    memory: () => (child?.pid === undefined ? undefined : residentMemory(child.pid)),
    outputRead: output.settled,
    flushOutput: output.flush,
    ended: ended.promise,
  };
}

function spawnRuntime(options: EnvironmentsOptions, env: Record<string, string>): ChildProcess {
  const { entry, exportName = 'handler', runtime, memoryMb } = options;
  // As Lambda divides the memory: a tenth for what is young, the rest for what is old.
  const young = Math.floor(memoryMb / 10);
  const heap = [`--max-semi-space-size=${Math.max(1, young >> 1)}`, `--max-old-space-size=${memoryMb - young}`];
  const program = runtime === undefined ? [RUNTIME, entry, exportName] : [runtime];
  const command = [process.execPath, ...heap, ...(options.execArgv ?? []), ...program];
  // Both outputs go the same way, so that their lines keep their order: no shell is left when Node runs.
  const [file = '', ...args] = IS_POSIX ? ['/bin/sh', '-c', 'exec "$0" "$@" 2>&1', ...command] : command;
  const folder = dirname(entry);
  return spawn(file, args, {
    cwd: existsSync(folder) ? folder : tmpdir(),
    env,
    detached: IS_POSIX,
    windowsHide: true,
    // The last is where the runtime says that it has read a call.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
}

/** The bytes of both outputs, as lines. */
function createOutput(log: (line: string) => void) {
  const lines = [createLineSplitter(log), createLineSplitter(log)];
  let received = 0;
  let taken = 0;
  return {
    write: (text: string) => lines[0]?.write(text),
    taken: () => taken,
    read({ stdout, stderr, stdio }: ChildProcess): void {
      stdio[TAKEN_FD]?.on('data', (bytes: Uint8Array) => {
        received += 1;
        taken += bytes.byteLength;
      });
      for (const [index, stream] of [stdout, stderr].entries()) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          received += 1;
          lines[index]?.write(text);
        });
      }
    },
    /** What was written before is in the pipe: it is read in the next turn of the event loop, or there is none. */
    async settled(): Promise<void> {
      for (let before = -1; before !== received; ) {
        before = received;
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      }
    },
    flush() {
      for (const each of lines) each.flush();
    },
  };
}

function newFolder(): string {
  const { folder } = watchdog();
  mkdirSync(folder, { recursive: true });
  return mkdtempSync(join(folder, 'tmp-'));
}
