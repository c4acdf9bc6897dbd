import type { Cell, CellResult } from './run-cell.ts';

/** An SDK's own time-out, which nobody should have to wait for. */
const SDK_TIMEOUT = /Request timed out|Maximum total timeout/;

/** What of the rule a result breaks; undefined: nothing. */
export function breach(cell: Cell, result: CellResult): string | undefined {
  if (result.got === 'hang') return 'the caller got nothing';
  if (cell.method === 'tools/call' && result.times > 1) return `the tool ran ${result.times} times`;
  if (cell.method === 'tools/call' && result.got === 'result' && result.times === 0)
    return 'a result of a tool that did not run';
  const must = cell.fault.recovers === 'both' || cell.fault.recovers === cell.method;
  if (must && result.got === 'error') return `no result: ${result.message}`;
  if (result.got === 'error' && result.message.trim() === '') return 'an error that says nothing';
  if (result.message === 'fetch failed') return 'an error that does not say whether the request may have run';
  if (SDK_TIMEOUT.test(result.message)) return `waited for the SDK's time-out: ${result.message}`;
  return undefined;
}
