import { harmless } from '../wire/harmless-text.ts';

/** The longest that a caller's own word for something, such as a tool's name, is kept; characters. */
const MAX_NAME_LENGTH = 128;

/** A text that somebody else chose, cut to what a log may hold; the length in characters. */
export function bounded(text: string | undefined, length: number = MAX_NAME_LENGTH): string | undefined {
  return text?.slice(0, length);
}

/** On one line, and harmless: what follows a line break would look like a line of anybody's. */
export function oneLine(text: string): string {
  return harmless(text.replace(/[\n\r\t]/g, (char) => ESCAPES[char] ?? ''));
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
