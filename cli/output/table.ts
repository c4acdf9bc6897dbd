import { displayWidth } from './display-width.ts';
import { columnsOf, styled } from './terminal.ts';

const GAP = 2;
/** Below this, what is left for the last column cannot be read: rows are stacked instead. */
const MIN_LAST_COLUMN = 24;
const MAX_SHARE = 0.4;

/**
 * A table as text: one line a row, with tabs, for a program; wrapped to the width of a terminal for a person.
 *
 * @param columns columns to fit into; undefined for no limit
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined = columnsOf(),
): string {
  if (columns === undefined) return [header, ...rows].map((row) => `${row.join('\t')}\n`).join('');
  const natural = header.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map(displayWidth)),
  );
  const limit = Math.max(8, Math.floor(columns * MAX_SHARE));
  const widths = natural.map((width) => Math.min(width, limit));
  const rest = columns - widths.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  if (rest < MIN_LAST_COLUMN) return rows.map((row) => formatStacked(row, columns)).join('\n');
  widths[widths.length - 1] = Math.min(rest, natural.at(-1) ?? 0);
  const [first = '', ...others] = formatRow(header, widths).split('\n');
  return [styled('bold', first), ...others].join('\n') + rows.map((row) => formatRow(row, widths)).join('');
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  const cells = widths.map((width, at) => wrap(row[at] ?? '', width));
  const height = Math.max(...cells.map((lines) => lines.length));
  let text = '';
  for (let line = 0; line < height; line += 1) {
    const parts = cells.map((lines, at) => pad(lines[line] ?? '', (widths[at] ?? 0) + GAP));
    text += `${parts.join('').trimEnd()}\n`;
  }
  return text;
}

function formatStacked([first = '', ...others]: readonly string[], columns: number): string {
  const body = others.filter((cell) => cell !== '').flatMap((cell) => wrap(cell, columns - GAP));
  const head = wrap(first, columns).map((line) => styled('bold', line));
  return [...head, ...body.map((line) => ' '.repeat(GAP) + line), ''].join('\n');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Breaks a text at spaces, and a word where it is longer than a line. */
export function wrap(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (displayWidth(line + character) > width && line !== '') {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return line === '' ? lines : [...lines, line];
}
