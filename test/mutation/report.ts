import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatTable } from '../support/table.ts';
import type { Fate, Verdict } from './try-mutants.ts';

/** Killed of all that can be, as a share. */
export function score(verdicts: readonly Verdict[]): number {
  return verdicts.length === 0 ? 1 : (count(verdicts, 'killed') + count(verdicts, 'hung')) / verdicts.length;
}

/** One row a file, and one for all of them. */
export function table(verdicts: readonly Verdict[]): string {
  const files = [...new Set(verdicts.map(({ mutant }) => mutant.file))].sort();
  const row = (name: string, of: readonly Verdict[]) => [
    name,
    String(of.length),
    String(count(of, 'killed') + count(of, 'hung')),
    String(count(of, 'survived')),
    String(count(of, 'not reached')),
    percent(score(of)),
  ];
  const rows = files.map((file) =>
    row(
      `\`${file}\``,
      verdicts.filter(({ mutant }) => mutant.file === file),
    ),
  );
  return formatTable(['file', 'mutants', 'killed', 'survived', 'not reached', ''], [...rows, row('all', verdicts)]);
}

/** Each mutant that lives: where, what stood there, and what stands there now. */
export function survivors(verdicts: readonly Verdict[]): string {
  return verdicts
    .filter(({ fate }) => fate === 'survived' || fate === 'not reached')
    .map(({ mutant, fate }) =>
      [
        `${mutant.file}:${mutant.line}${fate === 'survived' ? '' : ' (not reached)'}`,
        `- ${mutant.original}`,
        `+ ${mutant.mutated}`,
      ].join('\n'),
    )
    .join('\n');
}

export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

const README = join(import.meta.dirname, '../README.md');
const PLACE = /(<!-- mutation -->\n)[\s\S]*(<!-- \/mutation -->)/;

/** Writes figures and survivors of a whole run to `test/README.md`. */
export function writeToReadme(verdicts: readonly Verdict[], equivalents: number, minutes: number): void {
  const living = survivors(verdicts);
  const text = [
    `${percent(score(verdicts))} of ${verdicts.length} mutants are killed, in ${minutes} minutes;`,
    `${equivalents} more cannot be told from the original: \`mutation/equivalents.json\` says why.`,
    `\n\n${table(verdicts)}\n\n<details><summary>Those that live</summary>\n\n\`\`\`diff\n${living}\n\`\`\`\n\n</details>\n`,
  ].join('\n');
  const readme = readFileSync(README, 'utf8');
  writeFileSync(
    README,
    readme.replace(PLACE, (_, before, after) => `${before}${text}${after}`),
  );
}

function count(verdicts: readonly Verdict[], fate: Fate): number {
  return verdicts.filter((verdict) => verdict.fate === fate).length;
}
