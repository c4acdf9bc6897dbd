import type { LambdaContext } from './lambda-context.ts';

/** Why a call was broken off: the function's time is nearly up. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** What ends an exchange before its answer does: the function's time, its client, or a server that cannot answer. */
export interface Cutoff {
  readonly signal: AbortSignal;
  stop(reason: unknown): void;
  /** Ends the watch for the function's time, and for the client. */
  clear(): void;
}

/**
 * A cut-off that fires `margin` milliseconds before the invocation's time-out, while an answer can still be written, or
 * when the client leaves.
 */
export function startCutoff(lambda: LambdaContext, margin: number, client?: AbortSignal): Cutoff {
  const controller = new AbortController();
  const stop = (reason: unknown) => controller.abort(reason);
  const leave = () => stop(client?.reason);
  if (client?.aborted) leave();
  client?.addEventListener('abort', leave, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const available = Math.max(0, lambda.getRemainingTimeInMillis() - margin);
  if (Number.isFinite(available)) {
    const seconds = (available / 1000).toFixed(1);
    const message = `The call was stopped after ${seconds} s, ${margin} ms before the function's time-out.`;
    timer = setTimeout(() => stop(new DeadlineExceeded(message)), available);
  }
  return {
    signal: controller.signal,
    stop,
    clear() {
      clearTimeout(timer);
      client?.removeEventListener('abort', leave);
    },
  };
}

/** What `work` gives; rejects with the signal's reason if that fires first. */
export async function beforeCutoff<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Nobody listens to work that fails after its time, and an unhandled rejection would end the environment.
  work.catch(() => {});
  const { promise, reject } = Promise.withResolvers<never>();
  const fire = () => reject(signal.reason);
  if (signal.aborted) fire();
  signal.addEventListener('abort', fire, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', fire);
  }
}
