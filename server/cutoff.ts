import type { LambdaContext } from './lambda-context.ts';

/** Why a call was broken off: the function's time is nearly up. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** What ends an exchange before its answer does: the function's time, its client, or a server that cannot answer. */
export interface Cutoff {
  readonly signal: AbortSignal;
  cut(reason: unknown): void;
  /** Ends the watch for the function's time. */
  clear(): void;
}

/**
 * A cut-off that fires `margin` milliseconds before the invocation's time-out, while an answer can still be written.
 */
export function startCutoff(lambda: LambdaContext, margin: number): Cutoff {
  const controller = new AbortController();
  const cut = (reason: unknown) => controller.abort(reason);
  const available = Math.max(0, lambda.getRemainingTimeInMillis() - margin);
  if (available === Number.POSITIVE_INFINITY) return { signal: controller.signal, cut, clear() {} };
  const timer = setTimeout(() => {
    const seconds = (available / 1000).toFixed(1);
    cut(new DeadlineExceeded(`The call was stopped after ${seconds} s, ${margin} ms before the function's time-out.`));
  }, available);
  return { signal: controller.signal, cut, clear: () => clearTimeout(timer) };
}

/** What `work` gives, or what `late` gives if the signal fires first. */
export async function beforeCutoff<T>(signal: AbortSignal, work: Promise<T>, late: () => T): Promise<T> {
  // Nobody listens to work that fails after its time, and an unhandled rejection would end the environment.
  work.catch(() => {});
  const { promise, resolve } = Promise.withResolvers<T>();
  const fire = () => resolve(late());
  if (signal.aborted) fire();
  signal.addEventListener('abort', fire, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', fire);
  }
}
