import type { LambdaContext } from './lambda-context.ts';

/** Why a call was broken off: the function's time is nearly up. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

export interface Deadline {
  /** Aborts shortly before Lambda ends the invocation. */
  readonly signal: AbortSignal;
  clear(): void;
}

/**
 * A signal that aborts `margin` milliseconds before the invocation's time-out, while an answer can still be written.
 */
export function startDeadline(lambda: LambdaContext, margin: number): Deadline {
  const controller = new AbortController();
  const available = Math.max(0, lambda.getRemainingTimeInMillis() - margin);
  const timer = setTimeout(() => {
    const seconds = (available / 1000).toFixed(1);
    controller.abort(
      new DeadlineExceeded(`The call was stopped after ${seconds} s, ${margin} ms before the function's time-out.`),
    );
  }, available);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** What `work` gives, or what `late` gives if the deadline comes first. */
export async function beforeDeadline<T>(deadline: Deadline, work: Promise<T>, late: () => T): Promise<T> {
  // Nobody listens to work that fails after its deadline, and an unhandled rejection would end the environment.
  work.catch(() => {});
  const { promise, resolve } = Promise.withResolvers<T>();
  const fire = () => resolve(late());
  if (deadline.signal.aborted) fire();
  deadline.signal.addEventListener('abort', fire, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    deadline.signal.removeEventListener('abort', fire);
  }
}
