import { once } from 'node:events';
import { styleText } from 'node:util';
import { harmlessJson } from '../../wire/harmless-text.ts';

type Style = Parameters<typeof styleText>[0];

/** Colours a text, if the stream is a terminal and NO_COLOR is not set. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

/** Columns of the terminal that the stream is; undefined when it is none. */
export function columnsOf(stream: NodeJS.WriteStream = process.stdout): number | undefined {
  return stream.isTTY ? stream.columns || 80 : undefined;
}

/** JSON for programs, which does not act on a terminal either. */
export function printJson(value: unknown): void {
  const lines = JSON.stringify(value, null, 2).split('\n');
  process.stdout.write(lines.map((line) => `${harmlessJson(line)}\n`).join(''));
}

/** A list as {@link printJson} prints it, in parts: one value at a time is in memory. */
export function* jsonList(values: Iterable<unknown>): Generator<string, void> {
  let before = '[\n';
  for (const value of values) {
    yield `${before}${JSON.stringify(value, null, 2).replace(/^/gm, '  ')}`;
    before = ',\n';
  }
  yield before === ',\n' ? '\n]\n' : '[]\n';
}

/** Prints parts of a text as fast as they are taken. */
export async function printAll(parts: Iterable<string>): Promise<void> {
  let held = '';
  for (const part of parts) {
    held += part;
    if (held.length < PRINTED_AT_ONCE) continue;
    if (!process.stdout.write(held)) await once(process.stdout, 'drain');
    held = '';
  }
  process.stdout.write(held);
}

/** Characters. */
const PRINTED_AT_ONCE = 1 << 16;
