import { displayWidth, fitWidth, plainLine } from './display-width.ts';

export interface Progress {
  readonly progress?: unknown;
  readonly total?: unknown;
  readonly message?: unknown;
}

/** A line at the bottom of a terminal that is drawn over with each step of progress. */
export interface ProgressBar {
  show(progress: Progress): void;
  /** Removes it, before other output and at the end. */
  clear(): void;
}

const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001b[K';

/** On anything but a terminal nothing is drawn. */
export function createProgressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  let shown = false;
  return {
    show(progress) {
      if (!stream.isTTY) return;
      shown = true;
      // Room for the ^C that a terminal shows.
      stream.write(CLEAR_LINE + formatProgress(progress, (stream.columns || 80) - 3));
    },
    clear() {
      if (shown) stream.write(CLEAR_LINE);
      shown = false;
    },
  };
}

/** `━━━━━━━─────  7/20 message`, as much of it as fits. */
export function formatProgress({ progress, total, message }: Progress, columns: number): string {
  const done = typeof progress === 'number' ? progress : 0;
  const text = typeof message === 'string' ? ` ${plainLine(message)}` : '';
  if (typeof total !== 'number' || !(total > 0)) return fitWidth(`… ${done}${text}`, columns);
  const share = Math.min(1, Math.max(0, done / total));
  const count = ` ${done}/${total}`;
  const room = Math.min(BAR_WIDTH, columns - displayWidth(count));
  const filled = Math.round(share * room);
  const bar = room >= 4 ? '━'.repeat(filled) + '─'.repeat(room - filled) : '';
  return fitWidth(`${bar}${count}${text}`, columns);
}
