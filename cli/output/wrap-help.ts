import { wrap } from './table.ts';
import { columnsOf } from './terminal.ts';

/** Below this, an explanation stands under its option instead of beside it. */
const MIN_TEXT = 30;
const INDENT = 6;

/**
 * A command's help, which is written for 120 columns, for the width of the terminal: no word is broken.
 *
 * @param columns columns to fit into; undefined leaves it as it is
 */
export function wrapHelp(help: string, columns: number | undefined = columnsOf()): string {
  if (columns === undefined) return help;
  const lines: string[] = [];
  for (const line of help.split('\n')) {
    const before = lines.at(-1);
    if (before !== undefined && continues(line, before)) lines[lines.length - 1] = `${before} ${line.trim()}`;
    else lines.push(line);
  }
  return lines.flatMap((line) => wrapLine(line, columns)).join('\n');
}

/** A sentence that goes on, or an explanation; an item with an explanation of its own begins anew. */
function continues(line: string, before: string): boolean {
  if (before === '' || before.startsWith('Usage:')) return false;
  return /^\S/.test(line) ? /^\S/.test(before) : /^ {20,}\S/.test(line) && !/\S {2,}\S/.test(line);
}

function wrapLine(line: string, columns: number): string[] {
  const [, item = '', text = ''] = /^(\s+\S.*? {2,}|\s*)(\S.*)?$/.exec(line) ?? [];
  if (columns - item.length >= MIN_TEXT || item.trim() === '') {
    return wrap(text, columns - item.length).map((part, at) => (at === 0 ? item : ' '.repeat(item.length)) + part);
  }
  const under = wrap(text, columns - INDENT).map((part) => ' '.repeat(INDENT) + part);
  return [item.trimEnd(), ...under];
}
