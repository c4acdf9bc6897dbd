import { AXES, type Cell } from './answers.ts';

/** Rows in which each two values of different axes meet at least once. */
export function pairwise(random: () => number): Cell[] {
  const axes = Object.keys(AXES) as (keyof Cell)[];
  const open = new Set<string>();
  const key = (a: keyof Cell, x: unknown, b: keyof Cell, y: unknown) => `${a}=${x}&${b}=${y}`;
  const pairs = (cell: Cell) => axes.flatMap((a, i) => axes.slice(i + 1).map((b) => key(a, cell[a], b, cell[b])));
  for (const [i, a] of axes.entries()) {
    for (const b of axes.slice(i + 1)) for (const x of AXES[a]) for (const y of AXES[b]) open.add(key(a, x, b, y));
  }
  const rows: Cell[] = [];
  while (open.size > 0) {
    let best: Cell | undefined;
    let most = 0;
    for (let tries = 0; tries < 60 || !best; tries += 1) {
      const cell = randomCell(random);
      const gain = pairs(cell).filter((pair) => open.has(pair)).length;
      if (gain > most) [best, most] = [cell, gain];
    }
    rows.push(best);
    for (const pair of pairs(best)) open.delete(pair);
  }
  return rows;
}

/** Any way of answering. */
export function randomCell(random: () => number): Cell {
  const pick = ([axis, values]: [string, readonly unknown[]]) => [axis, values[Math.floor(random() * values.length)]];
  const cell = Object.fromEntries(Object.entries(AXES).map(pick)) as Cell;
  // Most that can go wrong goes wrong in a 200.
  return random() < 0.5 ? { ...cell, status: 200 } : cell;
}
