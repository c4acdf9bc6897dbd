import { formatTable } from '../support/table.ts';
import type { LegResult } from './judge.ts';

const HEADINGS = ['side', 'SDK', 'way', 'suite', 'protocol', 'required', 'expected failures', 'beyond', 'checks'];

/** Prints one row a leg. */
export function printTable(results: readonly LegResult[]): void {
  const rows = results.map(({ leg, verdicts }) => {
    const required = verdicts.filter((verdict) => verdict.required);
    const beyond = verdicts.filter((verdict) => !verdict.required);
    const statuses = required.flatMap(({ checks }) => checks.map(({ status }) => status));
    const passed = statuses.filter((status) => status === 'SUCCESS').length;
    const failed = statuses.filter((status) => status === 'FAILURE').length;
    return [
      leg.side,
      leg.sdk,
      leg.way,
      leg.suite,
      leg.revision,
      `${required.filter((verdict) => verdict.passed).length} of ${required.length}`,
      String(required.filter(({ expected }) => expected).length || ''),
      beyond.length > 0 ? `${beyond.filter((verdict) => verdict.passed).length} of ${beyond.length}` : '',
      `${passed} of ${passed + failed}`,
    ];
  });
  console.log(formatTable(HEADINGS, rows));
}
