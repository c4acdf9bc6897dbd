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
 * A table of text for standard output. On a terminal the widest columns are cut, with `…`, until it fits; elsewhere
 * nothing is cut.
 */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const available = columnsOf();
  const cells = rows.map((row) => row.map(plainLine));
  const widths = columns.map(({ title }, index) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? '')), title.length),
  );
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
  const head = line(
    columns.map(({ title }) => title),
    false,
  );
  return [styled('bold', head), ...cells.map((row) => line(row, true))].map((text) => `${text}\n`).join('');
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
