import { asRecord, isRecord, isString, parseJson } from '../../wire/json.ts';
import type { Reading } from './reading.ts';
import type { TextSource } from './text-file.ts';
import type { TrailRecords } from './trail-records.ts';

/**
 * Reads a file of CloudTrail's: its own (`{"Records": […]}`), one with a record on each line, or what
 * `aws logs filter-log-events` says of a trail's log group.
 */
export async function readTrail(source: TextSource, records: TrailRecords, reading: Reading): Promise<void> {
  let known = 0;
  let broken = 0;
  let whole: string[] | undefined;
  let first = true;
  const take = (value: unknown): boolean => {
    const nested = recordsIn(value);
    if (!nested) return false;
    if (isString(asRecord(value).nextToken)) reading.cut.push(`${source.name} is one page of several`);
    for (const record of nested) records.take(record);
    known += 1;
    return true;
  };
  for await (const line of source.lines((why) => reading.cut.push(`${source.name} (${why})`))) {
    if (line.trim() === '') continue;
    const value = whole ? undefined : parseJson(line);
    // JSON that is written over several lines.
    if (first && value === undefined && /^\s*[{[]/.test(line)) whole = [];
    first = false;
    if (whole) whole.push(line);
    else if (!take(value)) broken += 1;
  }
  if (whole) {
    const text = whole.join('\n');
    const value = parseJson(text);
    if (!take(value)) {
      // A file of lines may begin with one that is cut.
      for (const line of value === undefined ? whole : []) if (!take(parseJson(line))) broken += 1;
      if (known === 0) broken = 1;
    }
  }
  if (broken > 0 && known === 0) reading.notUnderstood.push(source.name);
  else if (broken > 0) reading.cut.push(`${source.name} (${broken} of its lines are no records)`);
}

/** The records that a value holds; none for a digest of CloudTrail's, undefined for what is nothing of CloudTrail's. */
function recordsIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value.every(isRecord) ? value : undefined;
  const { Records, events, digestStartTime, logFiles, eventSource, eventName, message, logEvents } = asRecord(value);
  if (Array.isArray(Records)) return Records;
  if (isString(eventSource) && isString(eventName)) return [value];
  if (Array.isArray(events)) return events.map((event) => parseJson(String(asRecord(event).message)));
  if (Array.isArray(logEvents)) return logEvents.map((event) => parseJson(String(asRecord(event).message)));
  if (isString(message)) return [parseJson(message)];
  return digestStartTime !== undefined || Array.isArray(logFiles) ? [] : undefined;
}
