import { closeSync, createReadStream, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CommandError, ExitCode } from '../exit-code.ts';

/** A text in lines, gzipped or not, wherever it lies. */
export interface TextSource {
  /** As messages name it. */
  readonly name: string;
  /** @param onCut takes why it ended before its time */
  lines(onCut: (why: string) => void): AsyncIterable<string>;
}

/** The files that paths name, those of folders too, each once. */
export function filesOf(paths: readonly string[]): string[] {
  const files = new Map<string, string>();
  for (const path of paths) {
    for (const file of filesBelow(path)) files.set(real(file), file);
  }
  return [...files.values()];
}

function filesBelow(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    throw cannotRead(file, cause);
  }
}

/** @throws CommandError when the file cannot be read at all */
export function textFile(file: string): TextSource {
  return {
    name: file,
    async *lines(onCut) {
      const zipped = isGzipped(file);
      yield* linesOf(createReadStream(file, { highWaterMark: 1 << 18 }), zipped, onCut);
    },
  };
}

/** The lines of a stream of bytes, without their breaks. */
export async function* linesOf(
  bytes: Readable,
  zipped: boolean,
  onCut: (why: string) => void,
): AsyncGenerator<string, void> {
  const plain = zipped ? bytes.pipe(createGunzip()) : bytes;
  if (zipped) bytes.once('error', (error) => plain.destroy(error));
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of plain) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    }
  } catch (error) {
    onCut((error as Error).message);
  }
  if (rest !== '') yield rest;
}

function isGzipped(file: string): boolean {
  try {
    const handle = openSync(file, 'r');
    const head = Buffer.alloc(2);
    readSync(handle, head, 0, 2, 0);
    closeSync(handle);
    return head[0] === 0x1f && head[1] === 0x8b;
  } catch (cause) {
    throw cannotRead(file, cause);
  }
}

function cannotRead(path: string, cause: unknown): CommandError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'there is no such file' : message;
  return new CommandError(`${path} cannot be read: ${why}.`, ExitCode.failed, { cause });
}
