import { readFileSync } from 'node:fs';

export interface Block {
  /** `test` for commands, `file` for a file of the reader's project. */
  readonly kind: 'test' | 'file';
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

/** The README's fenced blocks of code. Each has a comment above it that says what it is. */
export function readBlocks(file: string | URL): Block[] {
  const fence = /(?:<!-- (test|file): (\S+) -->\n)?```(\w+)\n(.*?)```/gs;
  return [...readFileSync(file, 'utf8').matchAll(fence)].map(([block, kind, name, language = '', text = '']) => {
    if (kind === undefined || name === undefined) throw new Error(`Nothing says how to test this block:\n${block}`);
    return { kind: kind as Block['kind'], name, language, text };
  });
}
