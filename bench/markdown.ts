import { markdownTable } from './markdown-table.ts';
import type { Cell, Column, Row, Section, Spread, Table } from './section.ts';

/** A section as Markdown, which a terminal shows just as well: its columns line up. */
export function toMarkdown({ title, how, tables, targets, findings = [] }: Section): string {
  return [
    `## ${title}`,
    ...how,
    ...tables.flatMap((table) => [...(table.title ? [`**${table.title}**`] : []), alignedTable(table)]),
    ...findings,
    ...(targets.length > 0
      ? [
          markdownTable(
            ['to reach', 'wanted', 'seen', ''],
            targets.map(({ what, wanted, seen, reached }) => [what, wanted, seen, reached ? 'reached' : '**missed**']),
          ),
        ]
      : []),
  ].join('\n\n');
}

/** Each spread beside that of ours in its column: how many times ours it is. */
function alignedTable({ columns, rows }: Table): string {
  const ours = rows.find(({ role }) => role === 'ours');
  return markdownTable(
    ['', ...columns.map(heading)],
    rows.map((row) => [
      row.role === 'ours' ? `**${row.name}**` : row.name,
      ...row.cells.map((cell, column) => written(cell, row, ours?.cells[column])),
    ]),
  );
}

function heading({ title, unit }: Column): string {
  return unit ? `${title}, ${unit}` : title;
}

function written(cell: Cell, { role }: Row, ours: Cell | undefined): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return figure(cell);
  const ratio = role !== 'ours' && isSpread(ours) ? ` · ${ratioOf(cell, ours)}×` : '';
  return `${figure(cell.median)} (${figure(cell.low)}–${figure(cell.high)})${ratio}`;
}

function isSpread(cell: Cell | undefined): cell is Spread {
  return typeof cell === 'object';
}

function ratioOf(cell: Spread, ours: Spread): string {
  return (cell.median / ours.median).toFixed(2);
}

/** Three significant digits. */
export function figure(value: number): string {
  if (value === 0 || Math.abs(value) >= 100 || Number.isInteger(value))
    return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
