import { oneLine } from './log-text.ts';

/** Longest line, and longest text of somebody's choosing within it; characters. */
const MAX_LINE_LENGTH = 4096;
const MAX_MESSAGE_LENGTH = 1024;

/** Writes an error to the function's log, as one line of bounded length: it may hold whatever a caller sent. */
export function logError(error: unknown): void {
  console.error(oneLine(describe(error)).slice(0, MAX_LINE_LENGTH));
}

/** Name, message and frames, and what caused it. Anything can be thrown, even what has no text. */
function describe(error: unknown): string {
  try {
    if (!(error instanceof Error)) return bounded(String(error));
    const frames = error.stack?.match(/^ {4}at .*/gm)?.join('\n') ?? '';
    const cause = error.cause === undefined ? '' : `\nCaused by: ${bounded(String(error.cause))}`;
    return `${error.name}: ${bounded(String(error.message))}\n${frames}${cause}`;
  } catch {
    return 'An error that has no text.';
  }
}

function bounded(text: string): string {
  return text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH)}… (${text.length} characters)` : text;
}
