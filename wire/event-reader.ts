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
  let endsInLf = false;
  let data: string[] = [];
  let dataSize = 0;
  let hasData = false;
  let eventType = '';
  let resumable = false;

  function addToLine(part: Uint8Array): void {
    if (lineSize <= maxSize) line.push(part);
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
    const decoded = decodeUtf8(line);
    const text = isFirstLine ? decoded.replace(/^\uFEFF/, '') : decoded;
    const colon = `${text}:`.indexOf(':');
    const field = text.slice(0, colon);
    const value = text.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') addData(value);
    else if (field === 'event') eventType = value;
    else if (field === 'id' && value !== '') resumable = true;
  }

  function addData(value: string): void {
    hasData = true;
    dataSize += lineSize;
    if (dataSize <= maxSize) data.push(value);
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
      let nextLf = -1;
      let nextCr = -1;
      for (let at = 0; at < bytes.byteLength; ) {
        if (afterCr && bytes[at] === LF) at += 1;
        // Each is looked for only once it has been passed: a stream may have none of the one, and many of the other.
        if (nextLf < at) nextLf = indexOfByte(bytes, LF, at);
        if (nextCr < at) nextCr = indexOfByte(bytes, CR, at);
        const end = Math.min(nextLf, nextCr);
        addToLine(bytes.subarray(at, end));
        afterCr = bytes[end] === CR;
        if (end < bytes.byteLength) endLine();
        at = end + 1;
      }
    },
    finish() {
      readField();
      return isHeard() && dataSize <= maxSize ? data.join('\n') : undefined;
    },
  };
}
