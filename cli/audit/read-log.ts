import { basename, dirname } from 'node:path';
import { asRecord, isRecord, isString, parseJson } from '../../wire/json.ts';
import { readCsv } from './csv-rows.ts';
import { isCutLine, type LogEvent } from './log-entry.ts';
import type { Reading } from './reading.ts';
import type { TextSource } from './text-file.ts';

type Take = (event: LogEvent) => void;

/** A time, as `aws logs tail` and exports to S3 write it, perhaps a stream's name, and the event. */
const TIMED =
  /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?) (?:(\d{4}\/\d\d\/\d\d\/\S*\[\S+\]\S+)(?: |$))?(.*)$/;

/**
 * Reads a file of a function's log: its events as they are, one a line; what `aws logs tail`, `filter-log-events`,
 * `get-log-events` and `get-query-results` print; what Logs Insights and the console export (JSON, CSV); an export to
 * S3; a subscription's records.
 *
 * An event keeps its line breaks where the format tells where it ends: what a tool printed below its first line is no
 * event.
 */
export async function readLog(source: TextSource, take: Take, reading: Reading): Promise<void> {
  const lines = source.lines((why) => reading.cut.push(`${source.name} (${why})`))[Symbol.asyncIterator]();
  let next = await lines.next();
  while (!next.done && next.value.trim() === '') next = await lines.next();
  if (next.done) return;
  const first = next.value;
  const all: AsyncIterable<string> = {
    async *[Symbol.asyncIterator]() {
      yield first;
      for (let more = await lines.next(); !more.done; more = await lines.next()) yield more.value;
    },
  };
  if (first.includes('\0') || first.includes('\ufffd')) {
    reading.notUnderstood.push(source.name);
    return;
  }
  if (/^(?:"?@?timestamp"?|"?@message"?),/i.test(first)) return readTable(await collect(all), source, take, reading);
  if (TIMED.test(first)) return readTimed(all, source, take);
  const value = parseJson(first);
  if (value === undefined ? /^\s*(?:\[|\{\s*$|\{\s*"(?:events|results)")/.test(first) : isContainer(value)) {
    return readJson(await collect(all), source, take, reading);
  }
  let cut = 0;
  for await (const message of all) {
    if (isCutLine(message)) cut += 1;
    take({ message, time: undefined, stream: undefined });
  }
  if (cut > 0) reading.cut.push(`${source.name} (${cut} of the server’s lines are cut)`);
}

/** Whether a value holds events, rather than being one. */
function isContainer(value: unknown): boolean {
  return Array.isArray(value) || (isRecord(value) && eventsIn(value) !== undefined);
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

async function readTimed(lines: AsyncIterable<string>, { name }: TextSource, take: Take): Promise<void> {
  // CloudWatch's export to S3 has a folder for each stream.
  const folder = basename(dirname(name));
  const ofFolder = /\[\S+\]/.test(folder) ? folder : undefined;
  let event: { time: number; stream: string | undefined; message: string } | undefined;
  for await (const line of lines) {
    const [, time, stream, message] = TIMED.exec(line) ?? [];
    if (time === undefined || message === undefined) {
      if (event) event.message += `\n${line}`;
      continue;
    }
    if (event) take({ ...event, message: event.message.trim() });
    event = { time: readTimestamp(time) ?? 0, stream: stream ?? ofFolder, message };
  }
  if (event) take({ ...event, message: event.message.trim() });
}

function readJson(lines: readonly string[], { name }: TextSource, take: Take, reading: Reading): void {
  const whole = parseJson(lines.join('\n'));
  const values = whole === undefined ? lines.filter((line) => line.trim() !== '').map(parseJson) : [whole];
  let broken = 0;
  const events = values.flatMap((value) => {
    const found = Array.isArray(value) ? value.map(eventOf) : eventsIn(asRecord(value));
    if (!found || value === undefined) {
      broken += 1;
      return [];
    }
    const { nextToken, status } = asRecord(value);
    if (isString(nextToken)) reading.cut.push(`${name} is one page of several`);
    if (isString(status) && status !== 'Complete') reading.cut.push(`${name} (the query was ${status})`);
    return found;
  });
  takeInOrder(events, take, name, reading);
  if (broken === 0) return;
  if (events.length === 0) reading.notUnderstood.push(name);
  else reading.cut.push(`${name} (${broken} parts of it are no log events)`);
}

/** The events in a value of any of the forms; undefined for what is none. */
function eventsIn(value: Record<string, unknown>): (LogEvent | undefined)[] | undefined {
  const { events, results, logEvents, logStream } = value;
  if (Array.isArray(events)) return events.map(eventOf);
  if (Array.isArray(logEvents))
    return logEvents.map((event) => eventOf({ logStreamName: logStream, ...asRecord(event) }));
  if (Array.isArray(results)) {
    return results.map((row) =>
      eventOf(Object.fromEntries([row].flat().map((cell) => [asRecord(cell).field, asRecord(cell).value]))),
    );
  }
  const event = eventOf(value);
  return event && [event];
}

/** Insights writes `@message`, and JSON in it as JSON; the API writes `message` and its own ids. */
function eventOf(value: unknown): LogEvent | undefined {
  const event = asRecord(value);
  const insights = event['@message'];
  const message = insights ?? event.message;
  const api = event.logStreamName ?? event.ingestionTime ?? event.eventId ?? event.id;
  if (message === undefined || (insights === undefined && (api === undefined || !isString(message)))) return undefined;
  const time = event['@timestamp'] ?? event.timestamp;
  const stream = event['@logStream'] ?? event.logStreamName;
  return {
    message: isString(message) ? message.trimEnd() : JSON.stringify(message),
    time: typeof time === 'number' ? time : isString(time) ? readTimestamp(time) : undefined,
    stream: isString(stream) ? stream : undefined,
    ...(!isString(message) && { rewritten: true }),
  };
}

function readTable(lines: readonly string[], { name }: TextSource, take: Take, reading: Reading): void {
  const [head = [], ...rows] = readCsv(lines.join('\n'));
  const at = (title: string) => head.findIndex((cell) => cell.replace('@', '').toLowerCase() === title);
  const [time, message, stream] = [at('timestamp'), at('message'), at('logstream')];
  if (message < 0) {
    reading.notUnderstood.push(name);
    return;
  }
  const events = rows.map((row) => ({
    message: (row[message] ?? '').trimEnd(),
    time: readTimestamp(row[time] ?? ''),
    stream: row[stream] || undefined,
  }));
  takeInOrder(events, take, name, reading);
}

/** As Insights' results come with the latest first; the most that it gives is 10,000. */
function takeInOrder(found: readonly (LogEvent | undefined)[], take: Take, name: string, reading: Reading): void {
  const events = found.filter((event) => event !== undefined);
  if (events.length < found.length)
    reading.cut.push(`${name} (${found.length - events.length} rows without a message)`);
  if (events.length === 10_000) reading.cut.push(`${name} (10,000 rows are as many as Logs Insights gives)`);
  const [first, last] = [events[0]?.time ?? 0, events.at(-1)?.time ?? 0];
  const ordered = first > last ? events.toReversed() : events;
  for (const event of ordered.toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0))) take(event);
}

/** Without a zone it is UTC. */
function readTimestamp(text: string): number | undefined {
  if (/^\d{13}$/.test(text)) return Number(text);
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? undefined : time;
}
