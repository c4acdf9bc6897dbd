import { styleText } from 'node:util';
import type { Difference } from './differences.ts';

/** One case with what came of it on both sides. */
export interface Row {
  readonly title: string;
  readonly name: string;
  readonly real: string;
  readonly local: string;
  /** Listed, and as it is listed. */
  readonly difference?: Difference;
  /** What is wrong with this row; undefined when nothing is. */
  readonly problem?: string;
}

const NAME_WIDTH = 54;
const OUTCOME_WIDTH = 60;

/** Holds what was seen against what is expected and what is listed. */
export function judge(
  { title, name, real, local }: Pick<Row, 'title' | 'name' | 'real' | 'local'>,
  expected: string,
  listed: Difference | undefined,
): Row {
  const row = { title, name, real, local };
  if (real !== expected) return { ...row, problem: `AWS's runtime was expected to give: ${expected}` };
  if (real === local) return listed ? { ...row, problem: 'differences.ts lists a difference: there is none' } : row;
  if (!listed) return { ...row, problem: 'differences.ts does not list this difference' };
  if (listed.local !== local) return { ...row, problem: `differences.ts says of the local Lambda: ${listed.local}` };
  return { ...row, difference: listed };
}

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
