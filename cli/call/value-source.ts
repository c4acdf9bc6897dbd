import { readFileSync } from 'node:fs';
import type { JsonSchema } from '../mcp/definitions.ts';
import { UsageError } from '../usage-error.ts';

/**
 * What a value stands for: `@FILE` for a file's text, `@-` for stdin's, and `@@…` for a text that begins with `@`. Where the
 * schema wants base64 it is the bytes' base64.
 *
 * @throws {UsageError} when the file cannot be read
 */
export function readValue(key: string, given: string, { contentEncoding }: JsonSchema): string {
  if (!given.startsWith('@') || given === '@') return given;
  if (given.startsWith('@@')) return given.slice(1);
  const bytes = readSource(key, given.slice(1));
  if (contentEncoding === 'base64') return bytes.toString('base64');
  return new TextDecoder().decode(bytes);
}

function readSource(key: string, file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(
      `${key}=@${file}: the file cannot be read (${code}). A text that begins with @ is written ${key}=@@${file}`,
      { cause },
    );
  }
}
