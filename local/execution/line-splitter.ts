export interface LineSplitter {
  write(text: string): void;
  /** Hands on a last line that lacks its newline. */
  flush(): void;
}

/** Cuts text that arrives in pieces into lines, without their newlines. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    flush() {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
