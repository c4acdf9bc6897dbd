import { figure } from '../markdown.ts';
import type { Cell, Row, Table } from '../section.ts';
import { DOCUMENTED, EXTENTS, LARGE, MEMORY, MEMORY_SIZES, type Scenario } from './assumptions.ts';
import { dollars } from './dollars.ts';
import type { MeasuredServer } from './measured-server.ts';
import { breakEven, type Calls, guidanceCost, lambdaCost } from './monthly-cost.ts';

const MB = 2 ** 20;
const VOLUMES = [100e3, 1e6, 15e6, 100e6];

export function measuredTable(servers: readonly (readonly [name: string, measured: MeasuredServer])[]): Table {
  return {
    title: 'measured',
    columns: [
      { title: 'tools/list', unit: 'ms' },
      { title: 'tools/call', unit: 'ms' },
      { title: 'initialisation', unit: 'ms' },
      { title: 'list', unit: 'bytes' },
      { title: 'answer', unit: 'bytes' },
      { title: 'log of a call', unit: 'bytes' },
      { title: 'trail record', unit: 'bytes' },
      ...MEMORY_SIZES.map((size) => ({ title: `memory of ${size} MB` })),
    ],
    rows: servers.map(([name, measured]) => ({
      name,
      role: 'ours',
      cells: [
        measured.list,
        measured.call,
        measured.init,
        measured.listBytes,
        measured.callBytes,
        Math.round(measured.logBytes),
        Math.round(measured.trailBytes),
        ...MEMORY_SIZES.map((size) => Math.round(megabytes(measured, size))),
      ],
    })),
  };
}

export function perMillionTable({ call, init, callBytes, logBytes, trailBytes }: MeasuredServer): Table {
  const times = [
    ['as measured', 1],
    ['three times that', 3],
    ['ten times that', 10],
  ] as const;
  const row = (name: string, duration: number, slower: number): Row => {
    const calls = {
      duration,
      memory: MEMORY,
      init: init.median * slower,
      coldShare: 0.01,
      responseBytes: callBytes,
      logBytes,
      trailBytes,
    };
    const costs = lambdaCost(1e6, calls, 'trail');
    const time = MEMORY_SIZES.map((memory) => lambdaCost(1e6, { ...calls, memory }, 'function').time);
    const cells = [costs.requests, ...time, costs.init, costs.log, costs.trail, costs.total];
    return { name, role: 'ours', cells: [Math.ceil(duration), ...cells.map(dollars)] };
  };
  return {
    title: `a million calls of a tool of the 20, dollars; one call in a hundred meets an initialisation; in all at ${MEMORY} MB`,
    columns: [
      'billed ms',
      'requests',
      ...MEMORY_SIZES.map((size) => `time, ${size} MB`),
      'initialisations',
      'log',
      'trail',
      'in all',
    ].map((title) => ({ title })),
    rows: [
      ...times.map(([name, slower]) => row(name, call.median * slower, slower)),
      row('30 ms, as docs/deploy.md', DOCUMENTED.duration, 10),
    ],
  };
}

export function monthlyTable(scenarios: readonly Scenario[]): Table {
  const guidance = (name: string, calls: Calls): Row => ({
    name: `AWS’s guidance, ${name}`,
    role: 'peer',
    cells: VOLUMES.map((count) => dollars(guidanceCost(count, calls))),
  });
  return {
    title: 'a month of so many calls, dollars',
    columns: VOLUMES.map((count) => ({ title: calls(count) })),
    rows: [
      ...scenarios.flatMap(({ name, calls, extents }) =>
        extents.map(
          (extent): Row => ({
            name: `${name}: ${EXTENTS[extent]}`,
            role: 'ours',
            cells: VOLUMES.map((count) => dollars(lambdaCost(count, calls, extent).total)),
          }),
        ),
      ),
      guidance('2 KB, waiting or not', DOCUMENTED),
      guidance('130 KB', LARGE),
    ],
  };
}

export function breakEvenTable(scenarios: readonly Scenario[]): Table {
  const extents = Object.keys(EXTENTS) as (keyof typeof EXTENTS)[];
  return {
    title: 'calls a month from which on the guidance costs less',
    columns: extents.map((extent) => ({ title: EXTENTS[extent] })),
    rows: scenarios.map(({ name, calls: some }) => ({
      name,
      role: 'ours',
      cells: extents.map((extent): Cell => {
        const count = breakEven(some, extent);
        return count === undefined ? 'none' : calls(count);
      }),
    })),
  };
}

/** The most that it had of a memory of so many MB; MB. */
export function megabytes({ peaks }: MeasuredServer, memory: number): number {
  return (peaks.get(memory) ?? 0) / MB;
}

function calls(count: number): string {
  return count < 1e6 ? `${figure(count / 1e3)} k` : `${figure(count / 1e6)} M`;
}
