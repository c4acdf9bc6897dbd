import type { Answer } from './answer.ts';
import type { BodyReader } from './body-reader.ts';
import type { JsonRpcError, JsonRpcId } from './json-rpc.ts';

/** Longest JSON text that is held until it is whole, and looked at; bytes. */
export const MAX_HELD_SIZE = 1024 * 1024;

export interface CompleteAnswerOptions {
  /** Of the JSON-RPC request that the response answers. */
  readonly id: JsonRpcId;
  /**
   * The error to answer with when the body ends without the answer.
   *
   * `cause` is what broke the body off; undefined when it ended by itself. Where this gives undefined, the body ends, or
   * fails, as it did.
   */
  readonly failure: (cause: unknown, body: BrokenBody) => JsonRpcError | undefined;
  /** Breaks the body off; the abort reason is the failure's cause. */
  readonly cutoff?: AbortSignal;
  /**
   * Whether the body is still as its `Content-Encoding` says, as in a server, so that it is not looked into. A `fetch`
   * has decoded it.
   * @default false
   */
  readonly encoded?: boolean;
  /** The answer, where whoever wrote the body has said it: what is known is not read again. */
  readonly known?: () => Answer | undefined;
}

export interface BrokenBody {
  readonly type: 'event stream' | 'JSON';
  /** Whether a client could resume it: an event has carried an `id`. */
  readonly resumable: boolean;
}

export interface CompletedAnswer extends CompletedBody {
  readonly status: number;
  readonly headers: Headers;
}

/** A body that is completed as it is read; undefined: none. */
export interface CompletedBody {
  readonly body: BodyReader | undefined;
  readonly seen: Seen;
}

/** What is known of a response, as far as its body has been read. */
export interface Seen {
  /**
   * The answer; undefined when there is none yet. `unknown` when the body could not be looked into: longer than 1 MiB, or
   * encoded.
   */
  answer: Answer | 'unknown' | undefined;
  /** Whether a response has come, be it to another request or one that no client takes: nothing is to be sent again. */
  isResponded: boolean;
  /** Whether the body, now read, was not all that it was to be: it broke off, or is JSON that is not whole. */
  isCutOff: boolean;
}

export function nothingSeen(): Seen {
  return { answer: undefined, isResponded: false, isCutOff: false };
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
