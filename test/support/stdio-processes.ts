import { execFileSync } from 'node:child_process';

/** The processes that this one has started, or that those have, by a part of their command line. */
export function processesOf(command: string): number[] {
  const parents = new Map<number, number>();
  const found: number[] = [];
  for (const line of execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args=']).toString().split('\n')) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)/.exec(line) ?? [];
    parents.set(Number(pid), Number(parent));
    if (args?.includes(command)) found.push(Number(pid));
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid === process.pid || (pid !== undefined && isOurs(parents.get(pid)));
  return found.filter(isOurs);
}

/** Sends a signal to each that is left of them. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
