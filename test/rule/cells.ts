import type { Axes, Cell } from './axes.ts';

type Axis = keyof Cell;

/** Cells in which any two values of different axes meet at least once. */
export function pairwise(axes: Axes, random: () => number): Cell[] {
  const names = Object.keys(axes) as Axis[];
  const sizes = names.map((name) => axes[name].length);
  const pairsOf = (row: readonly number[]) =>
    row.flatMap((x, a) => row.slice(a + 1).map((y, i) => `${a}.${x} ${a + 1 + i}.${y}`));
  const open = new Set<string>();
  for (const [a, size] of sizes.entries()) {
    for (const [i, other] of sizes.slice(a + 1).entries()) {
      for (let x = 0; x < size; x += 1) for (let y = 0; y < other; y += 1) open.add(`${a}.${x} ${a + 1 + i}.${y}`);
    }
  }
  const rows: number[][] = [];
  for (const pair of open) {
    // Each row takes a pair that has not met yet, and of some ways to fill it up the one with the most of them.
    const fixed = pair.split(' ').map((each) => each.split('.').map(Number) as [number, number]);
    let best: number[] = [];
    let most = 0;
    for (let tries = 0; tries < 30; tries += 1) {
      const row = sizes.map((size) => Math.floor(random() * size));
      for (const [axis, value] of fixed) row[axis] = value;
      const gain = pairsOf(row).filter((each) => open.has(each)).length;
      if (gain > most) [best, most] = [row, gain];
    }
    rows.push(best);
    for (const each of pairsOf(best)) open.delete(each);
  }
  return rows.map((row) => toCell(axes, (name) => row[names.indexOf(name)] ?? 0));
}

/** How many cells there are. */
export function countCells(axes: Axes): number {
  return Object.values(axes).reduce((product, values) => product * values.length, 1);
}

/** All cells, each of them once, in an order that the seed gives. */
export function* walk(axes: Axes, random: () => number): Generator<Cell, void> {
  const count = BigInt(countCells(axes));
  // Steps of a length that has no divisor in common with the count come by every cell before the first comes again.
  let step = BigInt(Math.floor(random() * Number(count))) | 1n;
  while (commonDivisor(step, count) > 1n) step += 2n;
  let at = BigInt(Math.floor(random() * Number(count)));
  for (let i = 0n; i < count; i += 1n) {
    let rest = at;
    yield toCell(axes, (name) => {
      const size = BigInt(axes[name].length);
      const value = Number(rest % size);
      rest /= size;
      return value;
    });
    at = (at + step) % count;
  }
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

function toCell(axes: Axes, choose: (name: Axis) => number): Cell {
  return Object.fromEntries((Object.keys(axes) as Axis[]).map((name) => [name, axes[name][choose(name)]])) as Cell;
}
