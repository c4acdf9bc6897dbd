import { readFileSync } from 'node:fs';
import { applyEdits, type FormattingOptions, modify, type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { isRecord } from '../../wire/json.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import type { HostFile } from './host-files.ts';

/** The servers of a host's file, and its text as it stands. */
export interface HostServers {
  /** Empty where there is no file. */
  readonly text: string;
  readonly servers: Readonly<Record<string, unknown>>;
}

/** @throws {CommandError} for a file that cannot be read, or is no JSON object */
export function readServers({ path, key }: HostFile): HostServers {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new CommandError(`${path} cannot be read: ${message}`, ExitCode.failed, { cause });
  }
  const errors: ParseError[] = [];
  const whole = text.trim() === '' ? {} : parse(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  const [error] = errors;
  // A null holds no server, and none could be put in.
  if (error || !isRecord(whole) || (Object.hasOwn(whole, key) && !isRecord(whole[key]))) {
    const where = error ? `: ${printParseErrorCode(error.error)} in line ${lineOf(text, error.offset)}` : '';
    throw new CommandError(`${path} is not the JSON that its host reads${where}. Mend it first.`, ExitCode.failed);
  }
  return { text, servers: (whole[key] ?? {}) as Record<string, unknown> };
}

/** The file's text with one server put in, or taken out; all else stays as it is, comments and layout too. */
export function withServer({ key }: HostFile, text: string, name: string, entry: object | undefined): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const plain = text.slice(mark.length);
  const edits = modify(plain, [key, name], entry, { formattingOptions: layoutOf(plain) });
  const edited = applyEdits(plain, edits);
  return `${mark}${edited.endsWith('\n') ? edited : `${edited}\n`}`;
}

function layoutOf(text: string): FormattingOptions {
  const [, indent = '  '] = /\n([\t ]+)\S/.exec(text) ?? [];
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
