import type { ErrorPayload } from '../errors.ts';

/** What the runtime reports of something thrown. Of what is no `Error` it reports the `typeof`. */
export function toErrorPayload(error: unknown): ErrorPayload {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: escapeDel(error.name),
    errorMessage: escapeDel(error.message),
    trace: escapeDel(error.stack ?? '').split('\n'),
  };
}

/** As the runtime does it, whose headers cannot hold the character. */
function escapeDel(text: unknown): string {
  return String(text).replaceAll('\x7f', '%7F');
}

/** An error of the runtime's own, for instance `Runtime.HandlerNotFound`. */
export function runtimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Logs an error as the runtime does: on one line, whatever its stack. */
export function logError(title: 'Init Error' | 'Invoke Error', error: unknown): void {
  const { errorType, errorMessage, trace } = toErrorPayload(error instanceof Error ? error : new Error(String(error)));
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  console.error(title, `\t${JSON.stringify({ errorType, errorMessage, code, stack: trace })}`);
}
