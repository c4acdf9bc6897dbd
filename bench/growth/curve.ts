import { figure } from '../markdown.ts';
import { type MeasureOptions, measure } from '../measure.ts';
import type { Row, Spread, Table } from '../section.ts';
import { bends, type Point, type Segment, segments } from './bends.ts';

/** One thing done at several sizes, in several ways. */
export interface Curve {
  readonly title: string;
  /** What the size counts, as in "a tool". */
  readonly one: string;
  readonly unit: 'µs' | 'ms';
  readonly sizes: readonly Size[];
  readonly ways: readonly CurveWay[];
  readonly options: MeasureOptions;
}

export interface Size {
  readonly name: string;
  readonly size: number;
}

export interface CurveWay {
  readonly name: string;
  readonly role: Row['role'];
  /** What is timed at a size. */
  readonly at: (size: number) => () => unknown;
}

export interface MeasuredCurve {
  /** What was measured, and what one more costs from size to size. */
  readonly tables: readonly [taken: Table, slopes: Table];
  /** Where it bends, one sentence a bend. */
  readonly bends: readonly string[];
}

/**
 * Takes one size after the other, and at each the ways by turns: what a large one leaves behind would fall on a small one.
 * Before the first, all have been warmed up.
 */
export async function measureCurve({ title, one, unit, sizes, ways, options }: Curve): Promise<MeasuredCurve> {
  const points = new Map(ways.map((way) => [way, [] as Point[]]));
  const jobs = sizes.map(({ size }) => ({ size, runs: ways.map((way) => ({ name: way.name, run: way.at(size) })) }));
  for (const { runs } of jobs) await measure(runs, { ...options, rounds: 1 });
  for (const { size, runs } of jobs) {
    globalThis.gc?.();
    const taken = await measure(runs, { ...options, warmUp: 2 });
    for (const [way, its] of points) its.push({ size, taken: scaled(taken.get(way.name) as Spread, SCALE[unit]) });
  }
  const nameOf = (wanted: number) => sizes.find(({ size }) => size === wanted)?.name ?? String(wanted);
  return {
    tables: [
      {
        title,
        columns: sizes.map(({ name }) => ({ title: name, unit })),
        rows: [...points].map(([{ name, role }, its]) => ({ name, role, cells: its.map(({ taken }) => taken) })),
      },
      {
        title: `what ${one} more costs, ${unit}`,
        columns: sizes.slice(1).map(({ name }, index) => ({ title: `${sizes[index]?.name} to ${name}` })),
        rows: [...points].map(([{ name, role }, its]) => ({ name, role, cells: segments(its).map(slopeCell) })),
      },
    ],
    bends: [...points].flatMap(([way, its]) =>
      bends(its).map(({ at, before, after }) => {
        const costs = [before, after].map((slope) => `${figure(slope)} ${unit}`).join(', after it ');
        return `${title}: ${way.name} **bends at ${nameOf(at)}**: before it ${one} more costs ${costs}.`;
      }),
    ),
  };
}

const SCALE = { µs: 1, ms: 1000 };

/** What the spread of the samples may explain is none. */
function slopeCell({ slope, error }: Segment): number | string {
  return Math.abs(slope) < 2 * error ? '≈ 0' : slope;
}

function scaled({ median, low, high, samples }: Spread, by: number): Spread {
  return { median: median / by, low: low / by, high: high / by, samples };
}
