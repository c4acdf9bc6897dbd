import type { Spread } from '../section.ts';

/** What was measured at one size. */
export interface Point {
  readonly size: number;
  readonly taken: Spread;
}

/** Between two neighbouring sizes. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** What one more of the size's unit costs. */
  readonly slope: number;
  /** Its standard error. */
  readonly error: number;
}

export interface Bend {
  readonly at: number;
  /** The slopes on both sides. */
  readonly before: number;
  readonly after: number;
}

/** A slope that changes by less is no bend. */
const LEAST_RATIO = 1.5;

export function segments(points: readonly Point[]): Segment[] {
  return points.slice(1).map(({ size, taken }, index) => {
    const before = points[index] as Point;
    const distance = size - before.size;
    return {
      from: before.size,
      to: size,
      slope: (taken.median - before.taken.median) / distance,
      error: Math.hypot(standardError(taken), standardError(before.taken)) / distance,
    };
  });
}

/**
 * Where one more costs another thing than before: the slopes on both sides differ by half or more, and by more than three
 * times what the spread of the samples explains.
 */
export function bends(points: readonly Point[]): Bend[] {
  const all = segments(points);
  return all.slice(1).flatMap((after, index) => {
    const before = all[index] as Segment;
    const isCertain = Math.abs(after.slope - before.slope) > 3 * Math.hypot(after.error, before.error);
    const [low, high] = [after.slope, before.slope].sort((a, b) => a - b) as [number, number];
    // More never costs less: below zero is what the machine did meanwhile.
    if (!isCertain || low < 0 || high < LEAST_RATIO * low) return [];
    return [{ at: after.from, before: before.slope, after: after.slope }];
  });
}

/** Of a median, from the 10th and 90th percentiles of samples that spread as a normal distribution does. */
function standardError({ low, high, samples }: Spread): number {
  return (1.2533 * ((high - low) / 2.5631)) / Math.sqrt(samples);
}
