import { formatTable } from '../../support/table.ts';
import { WAYS } from '../clients.ts';
import type { Fault } from './faults.ts';
import type { Cell, CellResult, Method } from './run-cell.ts';
import type { Results } from './run-cells.ts';

const COLUMNS: readonly { readonly method: Method; readonly way: Cell['way'] }[] = (
  ['tools/call', 'tools/list'] as const
).flatMap((method) => WAYS.map((way) => ({ method, way })));

/** A row for each fault: how often it ran, what the caller got, and the longest that it took. */
export function printResults(faults: readonly Fault[], results: Results): void {
  console.log(
    'Of each: what the caller got, how often the tool ran (or a list was asked for), the longest of three clients.\n',
  );
  const rows = faults.map((fault) => [
    fault.name,
    fault.times,
    ...COLUMNS.map(({ method, way }) => {
      const some = [...results].filter(([cell]) => cell.fault === fault && cell.method === method && cell.way === way);
      return summary(some, method);
    }),
  ]);
  console.log(formatTable(['fault', 'times', ...COLUMNS.map(({ method, way }) => `${method}, ${way}`)], rows));
}

/** What the errors say, one of each fault. */
export function printErrors(faults: readonly Fault[], results: Results): void {
  console.log('\nWhat the errors of tools/call say:\n');
  const rows = faults.flatMap((fault) =>
    WAYS.flatMap((way) => {
      const found = [...results].find(
        ([cell, { got }]) =>
          cell.fault === fault && cell.way === way && cell.method === 'tools/call' && got === 'error',
      );
      return found ? [[fault.name, fault.times, way, found[1].message.replace(/\s+/g, ' ').slice(0, 200)]] : [];
    }),
  );
  console.log(formatTable(['fault', 'times', 'transport', 'message'], rows));
}

function summary(some: readonly (readonly [Cell, CellResult])[], method: Method): string {
  const groups = Map.groupBy(
    some,
    ([, { got, times }]) => `${got}, ${times}× ${method === 'tools/call' ? 'ran' : 'asked'}`,
  );
  return [...groups]
    .map(([text, members]) => {
      const longest = Math.max(...members.map(([, { duration }]) => duration));
      const who =
        members.length === some.length ? '' : `${members.map(([cell]) => cell.line.replace(', ', '/')).join(' ')}: `;
      return `${who}${text}, ${(longest / 1000).toFixed(2)} s`;
    })
    .join('; ');
}
