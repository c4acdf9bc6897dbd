import type fc from 'fast-check';

/** One thing that is fed with arbitrary input. */
export interface Target<Case = never> {
  readonly name: string;
  /** What is arbitrary, and what must hold of the answer. */
  readonly title: string;
  /** Cases are plain JSON, so that one that fails can be kept. */
  readonly cases: fc.Arbitrary<Case>;
  start(): Promise<StartedTarget<Case>>;
}

export interface StartedTarget<Case = never> {
  /** Throws when a rule is broken. */
  check(given: Case): Promise<void>;
  close(): Promise<void>;
}

/** Rejects when `work` takes longer than `milliseconds`: a hang is a failure like any other. */
export async function withinTime<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing within ${milliseconds} ms`)), milliseconds);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
