export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number;
  /** Numbers stand on the right. */
  readonly right?: boolean;
}

/**
 * A table for people: Markdown whose columns line up where it is shown as it is. A whole number gets commas between its
 * thousands.
 */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ of }) => toCell(of(row))));
  const widths = columns.map(({ title }, column) =>
    Math.max(title.length, ...cells.map((line) => (line[column] ?? '').length)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => pad(text, widths[column] ?? 0, columns[column]?.right)).join(' | ')} |`;
  const rule = columns.map(({ right }, column) => '-'.repeat((widths[column] ?? 0) + 1) + (right ? ':' : '-'));
  return [line(columns.map(({ title }) => title)), `|${rule.join('|')}|`, ...cells.map(line)].join('\n');
}

function toCell(value: string | number): string {
  if (typeof value === 'number') return value.toLocaleString('en-US');
  // Whatever a log says stays in its cell.
  return value.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

function pad(text: string, width: number, right = false): string {
  return right ? text.padStart(width) : text.padEnd(width);
}
