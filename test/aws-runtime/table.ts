import { styleText } from 'node:util';
import type { Row } from './judge.ts';

const NAME_WIDTH = 54;
const OUTCOME_WIDTH = 60;

/** Prints both sides next to each other, then why they differ where they do. */
export function printTable(rows: readonly Row[], runtime: string): void {
  const header = `${'What a function does'.padEnd(NAME_WIDTH + 2)} ${column(runtime)} the local Lambda`;
  console.log(`\n${styleText('bold', header)}`);
  for (const [index, row] of rows.entries()) {
    if (row.title !== rows[index - 1]?.title) console.log(row.title);
    const local = row.local === row.real ? 'the same' : column(row.local).trimEnd();
    console.log(`  ${mark(row)} ${row.name.padEnd(NAME_WIDTH - 2)} ${column(row.real)} ${local}`);
  }
  for (const { title, name, real, local, difference } of rows) {
    if (difference) console.log(`\n≠ ${title}: ${name}\n  AWS: ${real}\n  local: ${local}\n  ${difference.reason}`);
  }
  for (const { title, name, real, local, problem } of rows) {
    if (problem)
      console.log(`\n${mark({ problem })} ${title}: ${name}\n  AWS: ${real}\n  local: ${local}\n  ${problem}`);
  }
}

function mark({ problem, difference }: Pick<Row, 'problem' | 'difference'>): string {
  if (problem !== undefined) return styleText('red', '✗');
  return difference ? styleText('yellow', '≠') : styleText('green', '✓');
}

function column(text: string): string {
  const cut = text.length > OUTCOME_WIDTH ? `${text.slice(0, OUTCOME_WIDTH - 1)}…` : text;
  return cut.padEnd(OUTCOME_WIDTH);
}
