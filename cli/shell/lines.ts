import { Interface, type ReadLineOptions } from 'node:readline';
import type { Asker } from '../input/ask-person.ts';
import { askLine } from '../input/terminal-asker.ts';

/** The lines that somebody types into a shell, and their answers to what a server asks meanwhile. */
export class Lines extends Interface implements Asker {
  /** Gives up the question that is asked; undefined while none is. */
  #endQuestion: (() => void) | undefined;

  /** @param keep takes what was typed so far, newest first, after each line that is no answer */
  constructor(options: ReadLineOptions, keep: (newestFirst: readonly string[]) => void) {
    super(options);
    this.on('history', (newestFirst: string[]) => {
      // An answer to a server's question is not kept.
      if (this.isAsking) newestFirst.shift();
      else keep(newestFirst);
    });
  }

  get isAsking(): boolean {
    return this.#endQuestion !== undefined;
  }

  /** Readline calls this at Ctrl-D: that leaves a question, and where there is none, the shell. */
  override close(): void {
    if (this.#endQuestion && !process.stdin.readableEnded) this.#endQuestion();
    else super.close();
  }

  tell(text: string): void {
    process.stderr.write(text);
  }

  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    const left = new AbortController();
    this.#endQuestion = () => left.abort();
    try {
      return await askLine(this, question, AbortSignal.any([signal, left.signal]));
    } catch (error) {
      if (signal.aborted || !left.signal.aborted) throw error;
      process.stdout.write('\n');
      return undefined;
    } finally {
      this.#endQuestion = undefined;
    }
  }
}
