import { createJsonRpcScanner, type ScannedMessage } from './json-rpc-scanner.ts';
import { isPlainResponse } from './plain-response.ts';
import { createSseScanner } from './sse-scanner.ts';

export type JsonRpcId = string | number;

export interface JsonRpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export interface CompleteResponseOptions {
  /** The id of the JSON-RPC request that the response answers. */
  readonly id: JsonRpcId;
  /**
   * The error to answer with when the body ends without the request's response.
   *
   * `cause` is what broke the body off; undefined when it ended by itself. Returning undefined lets the body end, or
   * fail, as it did.
   */
  readonly failure: (cause: unknown, stream: { readonly resumable: boolean }) => JsonRpcError | undefined;
  /** Breaks the body off; the abort reason is the failure's cause. */
  readonly cut?: AbortSignal;
  /** Called once, with the request's response as it went by; undefined when there was none. */
  readonly onSettled?: (answer: ScannedMessage | undefined) => void;
}

/** A JSON body up to this size is held until it is whole; a larger one passes through. Bytes. */
const MAX_HELD_SIZE = 1024 * 1024;

/**
 * The same response, but one whose body always holds the JSON-RPC response to its request.
 *
 * Both SDK lines wait for their own time-out, 60 seconds, when a stream ends without the response. Here an event
 * stream that ends or breaks is closed with an error event, and a JSON body that is not whole, or that answers another
 * request, is replaced by an error: a long one can only be broken off, which a client notices as well.
 * Event streams pass through chunk by chunk; of a message only its outermost fields are looked at.
 */
export function completeResponse(response: Response, options: CompleteResponseOptions): Response {
  const kind = bodyKind(response);
  if (!response.body || kind === undefined) {
    options.onSettled?.(undefined);
    return response.body && options.cut ? cutShort(response, response.body, options.cut) : response;
  }
  const body = kind === 'sse' ? completeEventStream(response.body, options) : completeJson(response.body, options);
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

/** A response that fails as soon as `cut` fires. */
export function cutShort(response: Response, source: ReadableStream<Uint8Array>, cut: AbortSignal): Response {
  const reader = cuttableReader(source, cut);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, cause } = await reader.read();
      if (value) controller.enqueue(value);
      else if (cause === undefined) controller.close();
      else controller.error(cause);
    },
    cancel: reader.cancel,
  });
  return new Response(body, response);
}

function bodyKind(response: Response): 'sse' | 'json' | undefined {
  const contentType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (contentType === 'text/event-stream') return 'sse';
  return contentType === 'application/json' ? 'json' : undefined;
}

function completeEventStream(source: ReadableStream<Uint8Array>, options: CompleteResponseOptions): ReadableStream {
  let answer: ScannedMessage | undefined;
  const scanner = createSseScanner((message, text) => {
    if (isAnswer(message, options.id) && (text === undefined || isPlainResponse(text))) answer = message;
  });
  const reader = cuttableReader(source, options.cut);
  let cancelled = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reader.read();
      if (cancelled) return;
      if (next.value) {
        scanner.feed(next.value);
        controller.enqueue(next.value);
        return;
      }
      const error = answer ? undefined : options.failure(next.cause, scanner);
      options.onSettled?.(answer);
      if (error) controller.enqueue(errorEvent(options.id, error));
      // The SDKs' parser keeps what a CR ends until it sees whether an LF follows.
      else if (answer && !scanner.endsInLf) controller.enqueue(encode('\n'));
      if (error || answer || next.cause === undefined) controller.close();
      else controller.error(next.cause);
    },
    async cancel(reason) {
      cancelled = true;
      options.onSettled?.(answer);
      await reader.cancel(reason);
    },
  });
}

function completeJson(source: ReadableStream<Uint8Array>, options: CompleteResponseOptions): ReadableStream {
  const scanner = createJsonRpcScanner();
  const reader = cuttableReader(source, options.cut);
  const held: Uint8Array[] = [];
  let size = 0;
  let cancelled = false;

  function end(controller: ReadableStreamDefaultController<Uint8Array>, cause: unknown): void {
    if (cancelled) return;
    const message = scanner.finish();
    const answered = isAnswer(message, options.id);
    const error = answered ? undefined : options.failure(cause, { resumable: false });
    options.onSettled?.(answered ? message : undefined);
    const isPast = size > MAX_HELD_SIZE || (!error && !message.complete && cause !== undefined);
    if (!answered && isPast) {
      controller.error(cause ?? new Error(error?.message));
      return;
    }
    if (error) controller.enqueue(encode(errorMessage(options.id, error)));
    else for (const chunk of held) controller.enqueue(chunk);
    controller.close();
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (true) {
        const next = await reader.read();
        if (!next.value) return end(controller, next.cause);
        scanner.feed(next.value);
        held.push(next.value);
        size += next.value.byteLength;
        if (size <= MAX_HELD_SIZE) continue;
        for (const chunk of held.splice(0)) controller.enqueue(chunk);
        return;
      }
    },
    async cancel(reason) {
      cancelled = true;
      options.onSettled?.(undefined);
      await reader.cancel(reason);
    },
  });
}

/** A reader that gives failures as values, and ends as soon as `cut` fires, whatever the source is doing. */
function cuttableReader(source: ReadableStream<Uint8Array>, cut: AbortSignal | undefined) {
  const reader = source.getReader();
  const cancel = (reason: unknown) => {
    forget();
    return reader.cancel(reason).catch(() => {});
  };
  // Cancelling settles a read under way at once; the source may take its time to notice.
  const fire = () => cancel(cut?.reason);
  // A signal may outlive many responses, as a transport's does: it must not hold on to what has been read.
  const forget = () => cut?.removeEventListener('abort', fire);
  if (cut?.aborted) fire();
  else cut?.addEventListener('abort', fire, { once: true });
  return {
    cancel,
    async read(): Promise<{ value?: Uint8Array; cause?: unknown }> {
      try {
        const { value } = await reader.read();
        if (value) return { value };
        forget();
        return cut?.aborted ? { cause: cut.reason } : {};
      } catch (cause) {
        forget();
        return { cause: cause ?? new Error('The response was broken off.') };
      }
    },
  };
}

function isAnswer(message: ScannedMessage, id: JsonRpcId): boolean {
  return message.complete && message.kind !== 'other' && message.id === id;
}

function errorMessage(id: JsonRpcId, error: JsonRpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}

/**
 * An error as an event of its own, even in the middle of another: the line before it gives the event that was cut off
 * a type that no MCP client listens to.
 */
function errorEvent(id: JsonRpcId, error: JsonRpcError): Uint8Array {
  return encode(`\nevent: incomplete\n\nevent: message\ndata: ${errorMessage(id, error)}\n\n`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
