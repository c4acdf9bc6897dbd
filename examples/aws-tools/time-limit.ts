import type { LambdaContext } from 'lambda-mcp/server';

/** Kept back from the function's time, to stop what runs at AWS and to write an answer; milliseconds. */
const TIME_TO_ANSWER = 3000;

/**
 * Aborts when the caller gives up, and early enough before the function's time-out for the tool itself to say what to
 * do about it. The reason is then a `TimeoutError`.
 */
export function timeLimit(lambda: LambdaContext, caller: AbortSignal): AbortSignal {
  const available = Math.max(0, lambda.getRemainingTimeInMillis() - TIME_TO_ANSWER);
  return AbortSignal.any([caller, AbortSignal.timeout(available)]);
}
