import { blockAt, findBlocks } from './blocks.ts';
import { mutate } from './operators.ts';
import { applyEdits, type Edit } from './text.ts';
import { parse, walk } from './walk.ts';

/** One change to one source. */
export interface Mutant {
  /** From the root, with `/`. */
  readonly file: string;
  readonly line: number;
  /** What stood there, and what stands there now: whole lines, in one. */
  readonly original: string;
  readonly mutated: string;
  /** The changed source. */
  readonly text: string;
  /** The block that it changes, as `FILE:INDEX`. */
  readonly block: string;
}

/** All mutants of a source, in its order. */
export function findMutants(file: string, source: string): readonly Mutant[] {
  const edits: Edit[] = [];
  walk(parse(file, source), (node, parents) => {
    edits.push(...mutate(node, parents, source));
  });
  const blocks = findBlocks(file, source);
  const seen = new Set<string>();
  return edits
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .map((edit) => ({
      file,
      line: source.slice(0, edit.start).split('\n').length,
      ...showLines(source, edit),
      text: applyEdits(source, [edit]),
      block: `${file}:${blockAt(blocks, edit.start)}`,
    }))
    .filter(({ text }) => text !== source && !seen.has(text) && seen.add(text));
}

function showLines(source: string, edit: Edit): Pick<Mutant, 'original' | 'mutated'> {
  const from = source.lastIndexOf('\n', edit.start - 1) + 1;
  const next = source.indexOf('\n', Math.max(edit.start, edit.end - 1));
  const to = next < 0 ? source.length : next;
  const whole = source.slice(from, to);
  const changed = source.slice(from, edit.start) + edit.text + source.slice(edit.end, to);
  return { original: inOneLine(whole), mutated: inOneLine(changed) };
}

function inOneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
