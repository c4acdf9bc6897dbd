import { formatTable } from '../../support/table.ts';

/** Cells by their column's title; the columns are those of the first row. */
type Row = Readonly<Record<string, string>>;

/**
 * Prints the rows as a table, or with `--json` as JSON, and the problems on stderr, and sets the exit code.
 *
 * @param notes lines below the table
 */
export function reportRows(rows: readonly Row[], problems: readonly string[], notes: readonly string[] = []): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows, undefined, 2));
  else console.log(['', formatTable(Object.keys(rows[0] ?? {}), rows.map(Object.values)), '', ...notes].join('\n'));
  for (const problem of problems) console.error(`\nBROKEN: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
