import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { CLI } from './cli.ts';

/** Whether programs can be given a terminal here. */
export const hasTerminal = existsSync('/usr/bin/script');

export interface Terminal {
  /** All that it has shown. */
  screen(): string;
  /** Waits until it shows this, after what was awaited before. */
  shows(text: string): Promise<void>;
  type(keys: string): void;
  /** Waits for the end; the exit status. */
  ended(): Promise<number>;
}

/** `lambda-mcp` on a terminal, which a shell starts. */
export function startTerminal(args: readonly string[], env: Readonly<Record<string, string>>): Terminal {
  const command = [process.execPath, CLI, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...env, TERM: 'xterm', NO_COLOR: '1' } });
  let screen = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    screen += text;
  });
  const ended = new Promise<number>((fulfil) => child.once('close', fulfil));
  return {
    screen: () => screen,
    async shows(text) {
      await expect.poll(() => screen.slice(seen), { timeout: 10_000 }).toContain(text);
      seen = screen.indexOf(text, seen) + text.length;
    },
    type: (keys) => void child.stdin.write(keys),
    ended: () => ended,
  };
}
