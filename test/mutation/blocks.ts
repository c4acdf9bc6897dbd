import type { Node } from 'oxc-parser';
import type { Edit } from './text.ts';
import { parse, walk } from './walk.ts';

/** A part of a source that runs as a whole or not at all; the source itself is the first. */
export interface Block {
  readonly start: number;
  readonly end: number;
  /** Puts a call at its beginning. */
  readonly insert: (call: string) => readonly Edit[];
}

/** All blocks of a source, outer ones before what is in them. */
export function findBlocks(file: string, text: string): readonly Block[] {
  const blocks: Block[] = [];
  const insertion = (at: number, inserted: string): Edit => ({ start: at, end: at, text: inserted });
  walk(parse(file, text), (node: Node) => {
    const { start, end } = node;
    if (node.type === 'Program') {
      blocks.push({ start: 0, end: text.length, insert: (call) => [insertion(0, `${call};`)] });
    } else if (node.type === 'BlockStatement') {
      blocks.push({ start, end, insert: (call) => [insertion(start + 1, `${call};`)] });
    } else if (node.type === 'SwitchCase' && node.consequent[0]) {
      const at = node.consequent[0].start;
      blocks.push({ start: at, end, insert: (call) => [insertion(at, `${call};`)] });
    } else if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') {
      const { body } = node;
      const insert = (call: string) => [insertion(body.start, `(${call},`), insertion(body.end, ')')];
      blocks.push({ start: body.start, end: body.end, insert });
    }
  });
  return blocks;
}

/** The innermost block around an offset, as an index. */
export function blockAt(blocks: readonly Block[], offset: number): number {
  return blocks.findLastIndex(({ start, end }) => start <= offset && offset < end);
}
