import { displayWidth, fitWidth, plainLine } from '../output/display-width.ts';
import { columnsOf, styled } from '../output/terminal.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** The width below which it is not cut; characters. */
  readonly least?: number;
  readonly style?: (text: string) => Parameters<typeof styled>[0] | undefined;
}

/**
 * A table of text for standard output, line by line. On a terminal the widest columns are cut, with `…`, until it fits;
 * elsewhere nothing is cut.
 *
 * @param rows which are gone through twice
 */
export function* textTable(columns: readonly Column[], rows: Iterable<readonly string[]>): Generator<string, void> {
  const widths = columns.map(({ title }) => title.length);
  for (const row of rows) {
    for (const [index, text] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(plainLine(text)));
    }
  }
  const available = columnsOf();
  if (available !== undefined) shrink(widths, columns, available);
  const line = (texts: readonly string[], coloured: boolean) =>
    texts
      .map((text, index) => {
        const { align, style } = columns[index] as Column;
        const size = widths[index] ?? 0;
        const fitted = fitWidth(text, size);
        const last = index === columns.length - 1 && align === undefined;
        const gap = ' '.repeat(last ? 0 : Math.max(0, size - displayWidth(fitted)));
        const name = coloured ? style?.(text) : undefined;
        const shown = name ? styled(name, fitted) : fitted;
        return align ? gap + shown : shown + gap;
      })
      .join('  ')
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  yield `${styled('bold', line(titles, false))}\n`;
  for (const row of rows) yield `${line(row.map(plainLine), true)}\n`;
}

/** Takes from the widest column, a character at a time, until the table fits or nothing can be taken any more. */
function shrink(widths: number[], columns: readonly Column[], available: number): void {
  const least = columns.map(({ least: own = 8 }, index) => Math.min(own, widths[index] ?? 0));
  let excess = widths.reduce((sum, each) => sum + each + 2, -2) - available;
  for (; excess > 0; excess -= 1) {
    const spare = widths.map((each, index) => (each > (least[index] ?? 0) ? each : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (!spare[widest]) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}
