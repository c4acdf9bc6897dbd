import { parentPort, workerData } from 'node:worker_threads';
import type { Cell, Surroundings } from './run-cell.ts';

/** Runs cells in a thread whose clock is wrong: the client's whole program sees the wrong time. */
const { minutes, cells, surroundings } = workerData as {
  readonly minutes: number;
  readonly cells: readonly Cell[];
  readonly surroundings: Surroundings;
};
const RealDate = Date;
const now = () => RealDate.now() + minutes * 60_000;
globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }
  static override now(): number {
    return now();
  }
} as DateConstructor;

const { runCell } = await import('./run-cell.ts');
for (const cell of cells) parentPort?.postMessage({ id: cell.id, result: await runCell(cell, surroundings) });
