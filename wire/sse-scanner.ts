import { decodeUtf8, indexOfByte } from './bytes.ts';
import { createJsonRpcScanner, type JsonRpcScanner, type ScannedMessage } from './json-rpc-scanner.ts';
import { readPlainResponse } from './plain-response.ts';

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const NEWLINE = Uint8Array.of(LF);

/** Field names are `data`, `event`, `id` and `retry`: a longer one is none of them. */
const MAX_FIELD_NAME_LENGTH = 8;
const MAX_EVENT_TYPE_LENGTH = 64;
/** Data up to this size is held until it is whole, and then looked at closely. Bytes. */
const MAX_HELD_SIZE = 1024 * 1024;

export interface SseScanner {
  feed(bytes: Uint8Array): void;
  /** Whether an event has carried an `id`, by which a client could resume the stream. */
  readonly resumable: boolean;
  /** Whether the last byte was an LF: to a CR one may yet belong. */
  readonly endsInLf: boolean;
}

/**
 * Finds the JSON-RPC responses of an event stream as its bytes go by. It holds none but the short ones, which it leaves
 * out unless every client takes them.
 *
 * Source: WHATWG HTML, "Server-sent events", parsing an event stream. An event without its blank line is not one.
 */
export function createSseScanner(onResponse: (response: ScannedMessage) => void): SseScanner {
  let field = '';
  let inValue = false;
  let skipSpace = false;
  let afterCr = false;
  let hasData = false;
  let eventType = '';
  let resumable = false;
  let endsInLf = false;
  let held: Uint8Array[] = [];
  let size = 0;
  /** Takes over from `held` when the event is too long to be held. */
  let json: JsonRpcScanner | undefined;

  function data(bytes: Uint8Array) {
    if (json) return json.feed(bytes);
    held.push(bytes);
    size += bytes.byteLength;
    if (size <= MAX_HELD_SIZE) return;
    json = createJsonRpcScanner();
    for (const chunk of held) json.feed(chunk);
    held = [];
  }

  function endEvent() {
    if (hasData && (eventType === '' || eventType === 'message')) {
      const response = json ? json.finish() : readPlainResponse(decodeUtf8(held));
      if (response && response.kind !== 'other') onResponse(response);
    }
    held = [];
    size = 0;
    json = undefined;
    hasData = false;
    eventType = '';
  }

  function beginValue() {
    inValue = true;
    skipSpace = true;
    if (field === 'event') eventType = '';
    if (field === 'id') resumable = true;
    if (field === 'data') {
      if (hasData) data(NEWLINE);
      hasData = true;
    }
  }

  function value(bytes: Uint8Array) {
    let rest = bytes;
    if (skipSpace && rest.byteLength > 0) {
      skipSpace = false;
      if (rest[0] === SPACE) rest = rest.subarray(1);
    }
    if (field === 'data') data(rest);
    else if (field === 'event' && eventType.length < MAX_EVENT_TYPE_LENGTH) eventType += latin1(rest);
  }

  function endLine() {
    const blank = !inValue && field === '';
    field = '';
    inValue = false;
    if (blank) endEvent();
  }

  return {
    get resumable() {
      return resumable;
    },
    get endsInLf() {
      return endsInLf;
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
        const line = bytes.subarray(at, end < 0 ? bytes.byteLength : end);
        readLine(line);
        if (end < 0) return;
        endLine();
        afterCr = bytes[end] === CR;
        at = end + 1;
      }
    },
  };

  function readLine(line: Uint8Array) {
    if (inValue) return value(line);
    const colon = indexOfByte(line, COLON, 0);
    const name = colon < 0 ? line : line.subarray(0, colon);
    // A comment line has an empty name; the placeholder keeps it from counting as a blank line.
    if (field.length <= MAX_FIELD_NAME_LENGTH) field += latin1(name.subarray(0, MAX_FIELD_NAME_LENGTH + 1));
    if (colon < 0) return;
    if (field === '') field = ':';
    beginValue();
    value(line.subarray(colon + 1));
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, MAX_EVENT_TYPE_LENGTH));
}
