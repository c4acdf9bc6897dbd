import { oneLine } from '../log-text.ts';

/** Most of what a process says that reaches the log for one request, and longest line; characters. */
const MAX_LENGTH = 64 * 1024;
const MAX_LINE_LENGTH = 4096;

/** Writes what a process says beside its answers to the function's log, as lines of bounded length. */
export interface ChildLog {
  /** @param requestIds of the requests that the process serves */
  write(source: 'stderr' | 'stdout' | 'process', line: string, requestIds: Iterable<string>): void;
  /** Another request begins. */
  restart(): void;
}

export function createChildLog(): ChildLog {
  let left = MAX_LENGTH;
  return {
    restart() {
      left = MAX_LENGTH;
    },
    write(source, line, requestIds) {
      if (left <= 0 && source !== 'process') return;
      const text = oneLine(line).slice(0, MAX_LINE_LENGTH);
      left -= text.length;
      const prefix = `[stdio server, ${source}, ${[...requestIds].join(' ') || 'no request'}]`;
      console.info(`${prefix} ${text}`);
      if (left <= 0 && source !== 'process') console.info(`${prefix} What follows is left out: it is too long.`);
    },
  };
}
