export type Row = Readonly<Record<string, string>>;

/** Rows as a table for a terminal; the columns are those of the first row. */
export function formatTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = [columns, widths.map((width) => '─'.repeat(width)), ...rows.map((row) => columns.map((c) => row[c]))];
  return lines
    .map((cells) =>
      cells
        .map((cell = '', at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
