import { createInterface, type Interface } from 'node:readline';
import type { Asker } from './ask-person.ts';

/**
 * Asks on a terminal, by stderr: stdout holds results only. Undefined when there is no terminal.
 *
 * @param interrupt called on Ctrl-C, of which the terminal makes no signal while it asks
 */
export function terminalAsker(interrupt: () => void): Asker | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return {
    tell: (text) => void process.stderr.write(text),
    async ask(question, signal) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      lines.once('SIGINT', () => {
        process.stderr.write('\n');
        interrupt();
      });
      try {
        return await askLine(lines, question, signal);
      } finally {
        lines.close();
      }
    },
  };
}

/** The line typed after a question; undefined when the input ends. Rejects when the signal aborts. */
export function askLine(lines: Interface, question: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void) => {
      signal.removeEventListener('abort', abort);
      lines.off('close', end);
      how();
    };
    const abort = () => settle(() => reject(signal.reason));
    const end = () => settle(() => resolve(undefined));
    signal.addEventListener('abort', abort);
    lines.once('close', end);
    lines.question(question, { signal }, (answer) => settle(() => resolve(answer)));
  });
}
