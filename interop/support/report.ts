import { formatTable, type Row } from './table.ts';

/**
 * Prints the rows as a table, or with `--json` as JSON, and the problems on stderr, and sets the exit code.
 *
 * @param notes lines below the table
 */
export function reportRows(rows: readonly Row[], problems: readonly string[], notes: readonly string[] = []): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows, undefined, 2));
  else console.log(['', formatTable(rows), '', ...notes].join('\n'));
  for (const problem of problems) console.error(`\nBROKEN: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
