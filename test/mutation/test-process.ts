import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Order, Outcome } from './worker.ts';

/** Runs tests in a copy of the project, one order at a time. */
export interface TestProcess {
  /** `hung` when the tests did not end within `limit` milliseconds: their processes are ended then. */
  readonly run: (order: Order, limit: number) => Promise<Outcome | 'hung'>;
  readonly stop: () => void;
}

export function startTestProcess(folder: string): TestProcess {
  let started: Promise<ChildProcess> | undefined;
  let running: ChildProcess | undefined;

  const start = async () => {
    // A group of its own, so that what a hanging test started ends with it.
    const child = spawn(process.execPath, ['test/mutation/worker.ts'], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    running = child;
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint = (complaint + chunk).slice(-2000);
    });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`vitest did not start.\n${complaint}`))),
    ]);
    return child;
  };
  const stop = () => {
    started = undefined;
    if (!running?.pid) return;
    try {
      process.kill(-running.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    running = undefined;
  };

  return {
    stop,
    run: async (order, limit) => {
      started ??= start();
      const child = await started;
      const ended = new AbortController();
      const { signal } = ended;
      const timer = setTimeout(() => ended.abort(), limit);
      try {
        const answer = once(child, 'message', { signal });
        child.send(order);
        const [outcome] = await Promise.race([answer, once(child, 'exit', { signal }).then(() => [undefined])]);
        if (outcome) return outcome as Outcome;
        // Tests that end their own runner do not pass.
        stop();
        return { failed: 'the test run itself' };
      } catch (error) {
        if (!signal.aborted) throw error;
        stop();
        return 'hung';
      } finally {
        clearTimeout(timer);
        ended.abort();
      }
    },
  };
}
