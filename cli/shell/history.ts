import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const MAX_LINES = 500;

function historyFile(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'lambda-mcp', 'history');
}

/** The lines of earlier shells, newest first, as `node:readline` takes them; none where they cannot be read. */
export function readHistory(): string[] {
  try {
    return readFileSync(historyFile(), 'utf8').split('\n').filter(Boolean).slice(-MAX_LINES).reverse();
  } catch {
    return [];
  }
}

/** Keeps the lines for later shells; only this user may read them. A home that cannot be written to is no failure. */
export function writeHistory(newestFirst: readonly string[]): void {
  try {
    const file = historyFile();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const lines = newestFirst.slice(0, MAX_LINES).reverse();
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  } catch {
    // The next shell starts without.
  }
}
