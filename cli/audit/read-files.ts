import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asRecord, parseJson } from '../../wire/json.ts';
import { CommandError, ExitCode } from '../exit-code.ts';
import { type LogEntry, readLogEntry } from './log-entry.ts';
import { readTrailEvent, type TrailEvent } from './trail-event.ts';

/**
 * The events of CloudTrail's own files (`{"Records": […]}`, gzipped or not) and of files with a record on each line; of
 * a folder, all files in it and below.
 */
export function readTrailFiles(paths: readonly string[]): TrailEvent[] {
  const events = new Map<string, TrailEvent>();
  for (const file of paths.flatMap(filesOf)) {
    for (const record of recordsOf(readText(file))) {
      const event = readTrailEvent(record);
      // CloudTrail may deliver an event twice.
      if (event) events.set(event.eventId, event);
    }
  }
  return [...events.values()];
}

/** The entries of a function's log files. */
export function readLogFiles(paths: readonly string[]): LogEntry[] {
  return paths.flatMap(filesOf).flatMap((file) =>
    readText(file)
      .split('\n')
      .flatMap((line) => readLogEntry(line.trimEnd(), undefined) ?? []),
  );
}

/** The records that a text holds, whichever way. */
function recordsOf(text: string): unknown[] {
  const whole = /^\s*\{\s*"Records"/.test(text) ? parseJson(text) : undefined;
  const records = asRecord(whole).Records;
  if (Array.isArray(records)) return records;
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parseJson(line)]));
}

function filesOf(path: string): string[] {
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

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

function cannotRead(path: string, cause: unknown): CommandError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'there is no such file' : message;
  return new CommandError(`${path} cannot be read: ${why}.`, ExitCode.failed, { cause });
}
