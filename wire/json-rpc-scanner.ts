import { decodeUtf8, indexOfByte } from './bytes.ts';

/** What a scan keeps of one JSON-RPC message: enough to tell whose response it is, and how that went. */
export interface ScannedMessage {
  /** Whether the JSON text was whole. */
  readonly complete: boolean;
  /** Undefined where there is none, or none that JSON-RPC knows. */
  readonly id: unknown;
  readonly kind: 'result' | 'error' | 'other';
  /** `error.code` */
  readonly errorCode: unknown;
  /** `result.isError`, which a failed tool sets. */
  readonly isError: boolean;
  /** `result.resultType`, as protocol 2026-07-28 has it. */
  readonly resultType: unknown;
}

export interface JsonRpcScanner {
  feed(bytes: Uint8Array): void;
  /** The message fed since the last `finish`. */
  finish(): ScannedMessage;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;

/** Longest key or scalar that is kept; bytes. */
const MAX_KEPT_LENGTH = 4096;

/**
 * Reads the outermost fields of JSON-RPC messages without building them.
 *
 * A result may be hundreds of megabytes, and whoever looks at it here only passes it on: memory stays constant,
 * whatever the message's size and however it is cut into chunks.
 */
export function createJsonRpcScanner(): JsonRpcScanner {
  let depth = 0;
  let begun = false;
  let broken = false;
  let inString = false;
  let escaped = false;
  let expectsKey = false;
  /** Whether the container at depth 1, and the one at depth 2, is an object. */
  const isObject = [false, false, false];
  /** The key whose value is being read, at depth 1 and at depth 2. */
  const key: (string | undefined)[] = [undefined, undefined, undefined];
  const found = new Map<string, unknown>();
  let kept: number[] | undefined;

  const path = () => (depth === 1 ? `1:${key[1]}` : depth === 2 ? `2:${key[1]}:${key[2]}` : undefined);

  function beginScalar() {
    const wanted = depth <= 2 && WANTED_PATHS.has(path() ?? '');
    kept = wanted ? [] : undefined;
  }

  function endScalar() {
    if (kept && !expectsKey) {
      const at = path();
      if (at !== undefined && kept.length > 0) found.set(at, parseScalar(kept));
      kept = undefined;
    }
  }

  function endString() {
    inString = false;
    if (expectsKey && depth <= 2 && isObject[depth]) {
      const name = kept ? parseScalar(kept) : undefined;
      key[depth] = typeof name === 'string' ? name : undefined;
      if (depth === 1 && (name === 'result' || name === 'error')) found.set(name, true);
      kept = undefined;
    }
  }

  function open(object: boolean) {
    kept = undefined;
    begun = true;
    depth += 1;
    if (depth <= 2) {
      isObject[depth] = object;
      key[depth] = undefined;
    }
    expectsKey = object && depth <= 2;
  }

  function structural(byte: number) {
    // After the one value that a JSON text is, nothing may follow.
    if (depth === 0 && begun && byte > SPACE) broken = true;
    switch (byte) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        open(byte === OPEN_BRACE);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        endScalar();
        depth -= 1;
        if (depth < 0) broken = true;
        expectsKey = false;
        break;
      case COMMA:
        endScalar();
        expectsKey = depth <= 2 && isObject[depth] === true;
        break;
      case COLON:
        if (depth <= 2) {
          expectsKey = false;
          beginScalar();
        }
        break;
      default:
        if (byte > SPACE && kept && kept.length < MAX_KEPT_LENGTH) kept.push(byte);
    }
  }

  return {
    feed(bytes) {
      const { length } = bytes;
      for (let i = 0; i < length; i += 1) {
        const byte = bytes[i] as number;
        if (!inString && depth > 2) {
          const nested = skipNested(bytes, i, depth);
          i = nested.at - 1;
          ({ depth, inString } = nested);
          expectsKey = false;
        } else if (!inString) {
          if (byte === QUOTE) {
            inString = true;
            if (depth === 0) broken = true;
            if (expectsKey && depth <= 2) kept = [];
            kept?.push(QUOTE);
          } else structural(byte);
        } else if (escaped) {
          escaped = false;
          if (kept && kept.length < MAX_KEPT_LENGTH) kept.push(byte);
        } else if (!kept && byte !== BACKSLASH && byte !== QUOTE) {
          i = skipString(bytes, i) - 1;
        } else {
          if (kept && kept.length < MAX_KEPT_LENGTH) kept.push(byte);
          if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) endString();
        }
      }
    },
    finish() {
      const message: ScannedMessage = {
        complete: begun && depth === 0 && !inString && !broken,
        id: found.get('1:id'),
        kind: found.has('error') ? 'error' : found.has('result') ? 'result' : 'other',
        errorCode: found.get('2:error:code'),
        isError: found.get('2:result:isError') === true,
        resultType: found.get('2:result:resultType'),
      };
      depth = 0;
      begun = broken = inString = escaped = expectsKey = false;
      kept = undefined;
      found.clear();
      return message;
    },
  };
}

/** Depth, and the keys that lead there. */
const WANTED_PATHS = new Set(['1:id', '2:error:code', '2:result:isError', '2:result:resultType']);

/** Where, deeper than anything that is asked for, a string has begun or the depth is two again. */
function skipNested(bytes: Uint8Array, from: number, fromDepth: number) {
  let depth = fromDepth;
  let at = from;
  while (at < bytes.byteLength && depth > 2) {
    const byte = bytes[at] as number;
    at += 1;
    if (byte === QUOTE) {
      at = skipString(bytes, at);
      while (bytes[at] === BACKSLASH && at + 1 < bytes.byteLength) at = skipString(bytes, at + 2);
      // Nothing more has come.
      if (bytes[at] !== QUOTE) return { at, depth, inString: true };
      at += 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
  return { at, depth, inString: false };
}

/** Beyond this length a search outruns a loop. */
const SHORT_STRING_LENGTH = 64;

/** The first byte, from here on in a string, that may end or escape something; the length if there is none. */
function skipString(bytes: Uint8Array, from: number): number {
  const { byteLength } = bytes;
  const near = Math.min(from + SHORT_STRING_LENGTH, byteLength);
  let at = from;
  while (at < near && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at += 1;
  if (at < near || at === byteLength) return at;
  const quote = indexOfByte(bytes, QUOTE, at);
  let end = quote < 0 ? byteLength : quote;
  while (end > at && bytes[end - 1] === BACKSLASH) end -= 1;
  return end;
}

function parseScalar(bytes: number[]): unknown {
  try {
    return JSON.parse(decodeUtf8([Uint8Array.from(bytes)]));
  } catch {
    return undefined;
  }
}
