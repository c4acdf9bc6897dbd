import { readFileSync } from 'node:fs';
import { isRecord } from '../../wire/json.ts';
import { readText } from '../input/read-text.ts';
import { parseExactJson } from '../mcp/exact-json.ts';
import { UsageError } from '../usage-error.ts';

/**
 * All arguments as one JSON object, where the only word is that object, `@FILE`, or `-` for stdin; undefined for other words.
 *
 * @throws {UsageError} when there is no JSON object
 */
export function readJsonArguments(words: readonly string[]): Record<string, unknown> | undefined {
  const [only = ''] = words;
  if (words.length !== 1) return undefined;
  if (only === '-') return readObject('stdin', new TextDecoder().decode(readFileSync(0)), ARGUMENTS);
  if (only.startsWith('{')) return readObject('The argument', only, ARGUMENTS);
  if (!only.startsWith('@') || only === '@') return undefined;
  try {
    return readObject(only.slice(1), readText(only.slice(1)), ARGUMENTS);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(`${only} names a file of all arguments as JSON, which cannot be read (${code}).`, { cause });
  }
}

export const ARGUMENTS = 'of the tool’s arguments';

/** @param what what it is an object of. @throws {UsageError} when the text is none */
export function readObject(source: string, json: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseExactJson(json);
  } catch (error) {
    throw new UsageError(`${source} is not JSON: ${(error as Error).message}`);
  }
  if (isRecord(value)) return value;
  throw new UsageError(`${source} must be a JSON object ${what}.`);
}
