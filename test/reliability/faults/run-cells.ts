import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Cell, type CellResult, runCell, type Surroundings } from './run-cell.ts';

export type Results = ReadonlyMap<Cell, CellResult>;

const AT_ONCE = 6;

/** Runs all cells, some at a time; those of a wrong clock in a thread of their own. */
export async function runCells(cells: readonly Cell[], surroundings: Surroundings): Promise<Results> {
  const results = new Map<Cell, CellResult>();
  const waiting = cells.filter(({ fault }) => fault.clock === undefined);
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      results.set(cell, await runCell(cell, surroundings));
    }
  });
  await Promise.all(lanes);
  const clocks = Map.groupBy(cells, ({ fault }) => fault.clock);
  for (const [minutes, some] of clocks) {
    if (minutes === undefined) continue;
    for (const [id, result] of await runShifted(minutes, some, surroundings)) {
      const cell = some.find((one) => one.id === id);
      if (cell) results.set(cell, result);
    }
  }
  return results;
}

async function runShifted(minutes: number, cells: readonly Cell[], surroundings: Surroundings) {
  const results = new Map<number, CellResult>();
  const worker = new Worker(new URL('./shifted-clock.ts', import.meta.url), {
    workerData: { minutes, cells, surroundings },
  });
  worker.on('message', ({ id, result }: { id: number; result: CellResult }) => results.set(id, result));
  await once(worker, 'exit');
  return results;
}
