import { decodeUtf8, indexOfByte } from './bytes.ts';

const LF = 0x0a;
const CR = 0x0d;

export interface EventReader {
  feed(bytes: Uint8Array): void;
  /** The data of the event that the stream ended in, for want of its blank line; undefined if there is none. */
  finish(): string | undefined;
  /** Whether an event has carried an `id`, by which a client can resume the stream. */
  readonly resumable: boolean;
  /** Whether the last byte was an LF: behind lines that end in CR the SDKs' parser waits for one. */
  readonly endsInLf: boolean;
  /** Whether the last event has ended, and nothing of another has come that matters. */
  readonly isBetween: boolean;
}

/**
 * Reads the messages of an event stream as its bytes go by, however they are cut into chunks.
 *
 * Source: WHATWG HTML, "Server-sent events", parsing an event stream.
 *
 * @param maxSize of a line and of an event's data, bytes; of longer ones nothing is held
 * @param onMessage takes the data of each event that an MCP client listens to; undefined for one that was too long
 */
export function createEventReader(maxSize: number, onMessage: (data: string | undefined) => void): EventReader {
  let line: Uint8Array[] = [];
  let lineSize = 0;
  let isFirstLine = true;
  let afterCr = false;
  let data: string[] = [];
  let dataSize = 0;
  let hasData = false;
  let eventType = '';
  let resumable = false;
  let endsInLf = false;

  function addToLine(part: Uint8Array): void {
    if (lineSize < maxSize) line.push(part.subarray(0, maxSize - lineSize));
    lineSize += part.byteLength;
  }

  function endLine(): void {
    if (lineSize > 0) readField();
    else endEvent();
    isFirstLine = false;
    line = [];
    lineSize = 0;
  }

  function readField(): void {
    const text = decodeUtf8(line).slice(isFirstLine && line[0]?.[0] === BOM ? 1 : 0);
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') addData(value);
    else if (field === 'event') eventType = value;
    else if (field === 'id' && value !== '') resumable = true;
  }

  function addData(value: string): void {
    hasData = true;
    dataSize += lineSize;
    if (dataSize > maxSize) data = [];
    else data.push(value);
  }

  function isHeard(): boolean {
    return hasData && (eventType === '' || eventType === 'message');
  }

  function endEvent(): void {
    if (isHeard()) onMessage(dataSize > maxSize ? undefined : data.join('\n'));
    data = [];
    dataSize = 0;
    hasData = false;
    eventType = '';
  }

  return {
    get resumable() {
      return resumable;
    },
    get endsInLf() {
      return endsInLf;
    },
    get isBetween() {
      return lineSize === 0 && !hasData && eventType === '';
    },
    feed(bytes) {
      if (bytes.byteLength > 0) endsInLf = bytes.at(-1) === LF;
      let at = 0;
      let nextLf = indexOfByte(bytes, LF, 0);
      let nextCr = indexOfByte(bytes, CR, 0);
      while (at < bytes.byteLength) {
        if (afterCr && bytes[at] === LF) at += 1;
        afterCr = false;
        if (nextLf >= 0 && nextLf < at) nextLf = indexOfByte(bytes, LF, at);
        if (nextCr >= 0 && nextCr < at) nextCr = indexOfByte(bytes, CR, at);
        const end = nextLf < 0 ? nextCr : nextCr < 0 ? nextLf : Math.min(nextLf, nextCr);
        if (at < bytes.byteLength) addToLine(bytes.subarray(at, end < 0 ? bytes.byteLength : end));
        if (end < 0) return;
        endLine();
        afterCr = bytes[end] === CR;
        at = end + 1;
      }
    },
    finish() {
      if (lineSize > 0) endLine();
      return isHeard() && dataSize <= maxSize ? data.join('\n') : undefined;
    },
  };
}

/** The first byte of a byte order mark in UTF-8; no other line that matters begins with it. */
const BOM = 0xef;
