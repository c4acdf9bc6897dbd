import { readFileSync } from 'node:fs';

export interface Block {
  /** `test` for commands, `file` for a file of the reader's project. */
  readonly kind: 'test' | 'file';
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of code that have a comment above them which says what they are. */
export function readBlocks(file: string): Block[] {
  const fence = /<!-- (test|file): (\S+) -->\n```(\w+)\n(.*?)```/gs;
  return [...readFileSync(file, 'utf8').matchAll(fence)].map(([, kind, name = '', language = '', text = '']) => ({
    kind: kind as Block['kind'],
    name,
    language,
    text,
  }));
}

/** How many fenced blocks of code there are in all, with such a comment or without. */
export function countBlocks(file: string): number {
  return readFileSync(file, 'utf8').match(/^```\w+$/gm)?.length ?? 0;
}
