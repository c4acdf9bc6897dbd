import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a holder shows that it lives; milliseconds. */
const BEAT = 1000;
/** A lock that nobody has touched for so long, while it was looked at, has no holder any more; milliseconds. */
const STALE = 6000;
const POLL = 100;

/** Locks of this process, which its end releases. */
const held = new Set<string>();
process.once('exit', () => {
  for (const file of held) rmSync(file, { force: true });
});

/**
 * Does something that only one process may do at a time. Who holds the lock touches it every second, so that the lock of a
 * process that was killed is taken over: at once on the same machine, else after six seconds in which nobody touched it. No
 * clocks are compared.
 *
 * Node has no file locks of the system's, and the packages that add them are native or long unmaintained.
 *
 * @param file which must not exist; its folder must
 * @param work is told whether it had to wait
 * @param signal ends the waiting, with its reason
 */
export async function withLock<T>(
  file: string,
  work: (waited: boolean) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const waited = await acquire(file, signal);
  const beat = setInterval(() => touch(file), BEAT);
  beat.unref();
  try {
    return await work(waited);
  } finally {
    clearInterval(beat);
    held.delete(file);
    rmSync(file, { force: true });
  }
}

async function acquire(file: string, signal: AbortSignal | undefined): Promise<boolean> {
  let seen = '';
  let since = performance.now();
  for (let waited = false; ; waited = true) {
    signal?.throwIfAborted();
    try {
      writeFileSync(file, JSON.stringify({ host: hostname(), pid: process.pid }), { mode: 0o600, flag: 'wx' });
      held.add(file);
      return waited;
    } catch (error) {
      // Windows says EPERM of a file that is about to go.
      if (!['EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    const now = fingerprint(file);
    if (now !== seen) since = performance.now();
    seen = now ?? '';
    if (now !== undefined && (isOfDeadProcess(file) || performance.now() - since > STALE)) takeAway(file, now);
    else await sleep(POLL);
  }
}

/** Changes with each touch, and with each holder. */
function fingerprint(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.ino} ${stats.mtimeNs}`;
}

function isOfDeadProcess(file: string): boolean {
  try {
    const { host, pid } = JSON.parse(readFileSync(file, 'utf8'));
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Of several that find it stale one takes it away; a new one that came meanwhile is put back. */
function takeAway(file: string, stale: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (fingerprint(aside) !== stale) linkSync(aside, file);
  } catch {
    // Another was faster.
  }
  rmSync(aside, { force: true });
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Taken away: the work goes on, as if there were no lock.
  }
}
