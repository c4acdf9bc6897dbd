import type { ChildProcess } from 'node:child_process';

/** Ends a child, if it still runs, when this process exits, at its time limit too. */
export function endWithUs(child: ChildProcess): void {
  const end = () => child.kill();
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
}
