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
