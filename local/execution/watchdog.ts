import { type ChildProcess, spawn } from 'node:child_process';
import { temporaryFolder } from '../temporary-folder.ts';

/** Sees to it that no execution environment outlives this program, however it ends. */
export interface Watchdog {
  /** Where environments may have their temporary folders; goes with this program. */
  readonly folder: string;
  watch(pid: number): void;
  unwatch(pid: number): void;
}

/**
 * A stopped process reads nothing and so would never learn that this one is gone; one in an endless loop neither. A shell in
 * a session of its own does: it reads which process groups there are, and at the end of that kills them, and removes the
 * folder. It says nothing, and takes 2 ms to start.
 */
const SCRIPT = `
alive=' '
while read -r what pid; do
  case $what in
    +) alive="$alive$pid " ;;
    -) alive="\${alive%% $pid *} \${alive#* $pid }" ;;
  esac
done
for pid in $alive; do kill -s KILL -- "-$pid"; done
rm -rf -- "$1"
`;

let started: Watchdog | undefined;

/** The watchdog of this program, which has one. Windows has none: nothing is stopped there. */
export function watchdog(): Watchdog {
  started ??= start();
  return started;
}

function start(): Watchdog {
  // The shell is late by a moment, which whoever waits for this program does not wait for: in order, it goes from here.
  const { path: folder } = temporaryFolder();
  const shell = process.platform === 'win32' ? undefined : startShell(folder);
  return {
    folder,
    watch: (pid) => void shell?.stdin?.write(`+ ${pid}\n`),
    unwatch: (pid) => void shell?.stdin?.write(`- ${pid}\n`),
  };
}

function startShell(folder: string): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'lambda-mcp-watchdog', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {}).unref();
  shell.stdin.on('error', () => {});
  (shell.stdin as unknown as { unref(): void }).unref();
  return shell;
}
