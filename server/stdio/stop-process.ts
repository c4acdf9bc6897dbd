import type { ChildProcess } from 'node:child_process';

/** How long a process has to end by itself, once its stdin is closed, and then once it is told to; milliseconds. */
const GRACE = 200;
const LAST_GRACE = 500;

const running = new Set<ChildProcess>();

/** Ends a process with this one, and with it those that it has started: they would be left behind otherwise. */
export function endWithThisProcess(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    signalGroup(child, 'SIGKILL');
    if (running.size === 0) process.off('exit', killAll);
  });
}

/**
 * Ends a process as the protocol has it: by closing its stdin, and by signals if that does not do.
 *
 * Source: MCP specification, "Lifecycle", shutdown of stdio.
 */
export function stopProcess(child: ChildProcess): void {
  child.stdin?.end();
  setTimeout(() => {
    signal(child, 'SIGTERM');
    setTimeout(() => signal(child, 'SIGKILL'), LAST_GRACE).unref();
  }, GRACE).unref();
}

/** Ends a process at once, even one that is stopped, and those that it has started. */
export function killProcess(child: ChildProcess): void {
  signal(child, 'SIGKILL');
}

/** To the whole group: what `npx` or `uv` start is a process of its own. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) signalGroup(child, name);
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // None of it is left.
  }
}

function killAll(): void {
  for (const child of running) killProcess(child);
}
