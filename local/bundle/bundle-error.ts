import type { Message } from 'esbuild';
import { shownPath } from './shown-path.ts';

/** The server could not be bundled. The message has file, line, column and the line of code. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  /** Files whose change may mend it; absolute. */
  readonly files: readonly string[];

  constructor(message: string, files: readonly string[]) {
    super(message);
    this.files = files;
    // The stack of whoever bundles says nothing about the server.
    this.stack = `${this.name}: ${message}`;
  }
}

/** One message for esbuild's errors: the first, which often is the cause of the others, and how many there are. */
export function describeErrors(errors: readonly Message[]): string {
  const [first] = errors;
  if (!first) return 'esbuild failed without a reason.';
  const more = errors.length > 1 ? `\n(and ${errors.length - 1} more)` : '';
  return `${describeMessage(first)}${more}`;
}

/** `FILE:LINE:COLUMN: text`, and beneath it the line of code with a mark under what is meant. */
export function describeMessage({ text, location }: Message): string {
  const said = `${text}${advice(text)}`;
  if (!location) return said;
  const { file, line, column, length, lineText } = location;
  const code = Buffer.from(lineText);
  // esbuild counts bytes; a person counts characters.
  const before = code.subarray(0, column).toString('utf8');
  const marked = code.subarray(column, column + Math.max(length, 1)).toString('utf8');
  const start = Math.max(0, before.length - WIDTH / 2);
  const shown = lineText.slice(start, start + WIDTH);
  const number = String(line);
  return [
    `${shownPath(file)}:${number}:${before.length + 1}: ${said}`,
    `  ${number} | ${shown}`,
    `  ${' '.repeat(number.length)} | ${before.slice(start).replace(/[^\t]/g, ' ')}${'^'.repeat(Math.max(marked.length, 1))}`,
  ].join('\n');
}

/** Of the line of code that is shown; a minified file has one line. */
const WIDTH = 120;

function advice(text: string): string {
  const [, name] = /^Could not resolve "((?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^"]*)?"$/.exec(text) ?? [];
  return name === undefined ? '' : `. Is it installed? npm install ${name}`;
}
