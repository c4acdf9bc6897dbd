import { readFileSync } from 'node:fs';

/**
 * A file of UTF-8 that a person wrote: without the byte order mark that some editors begin it with, and that no parser
 * expects.
 */
export function readText(file: string): string {
  return new TextDecoder().decode(readFileSync(file));
}
