import { type Check, type Target, whyUnasked } from './target.ts';

export interface Outcome {
  readonly asWritten: boolean;
  readonly seen: unknown;
}

type Group = readonly [title: string, checks: readonly Check[]];

/** What was expected and what was seen, to be read and to be pasted into an issue. */
export function table(where: Target['where'], groups: readonly Group[], outcomes: ReadonlyMap<Check, Outcome>): string {
  const lines = groups.flatMap(([title, checks]) => [
    '',
    title,
    ...checks.flatMap((check) => row(check, where, outcomes.get(check))),
  ]);
  const asWritten = [...outcomes.values()].filter((outcome) => outcome.asWritten).length;
  const unasked = groups.flatMap(([, checks]) => checks).length - outcomes.size;
  const sum = `${asWritten} as written, ${outcomes.size - asWritten} otherwise, ${unasked} not asked`;
  const title = `Expected and seen, on ${where === 'local' ? 'the local Lambda' : where}`;
  return ['', title, ...lines, '', sum, ''].join('\n');
}

function row(check: Check, where: Target['where'], outcome: Outcome | undefined): string[] {
  const { what, sure } = check;
  if (!outcome || 'unasked' in check) {
    return [
      `  not asked   ${what} (${sure})`,
      `    because   ${whyUnasked(check, where) ?? 'the suite was ended before'}`,
    ];
  }
  return [
    `  ${outcome.asWritten ? 'as written' : 'OTHERWISE '}  ${what} (${sure})`,
    `    expected  ${JSON.stringify(check.expected)}`,
    `    seen      ${JSON.stringify(outcome.seen)}`,
  ];
}
