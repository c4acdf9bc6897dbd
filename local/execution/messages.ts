import type { ErrorPayload } from './errors.ts';
import type { Invocation } from './invocation.ts';

/** What the thread of an environment is told when it starts. */
export interface WorkerSettings {
  /** Absolute path of the handler's module. */
  readonly entry: string;
  readonly exportName: string;
}

/** From the pool to the thread of an environment. */
export type ToWorker =
  | { readonly type: 'invoke'; readonly sequence: number; readonly invocation: Invocation; readonly deadline: number }
  /** Of the chunks of call number `sequence`, this many bytes more were taken. */
  | { readonly type: 'acknowledge'; readonly sequence: number; readonly bytes: number };

/**
 * From the thread of an environment to the pool. All on one port, so that what the function logged before it ended its
 * response arrives before that end.
 */
export type FromWorker =
  | { readonly type: 'ready'; readonly memoryBytes: number }
  | { readonly type: 'load-error'; readonly error: ErrorPayload }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | ResponseMessage
  /** The response has ended and the handler has settled: the environment is free. */
  | { readonly type: 'done'; readonly memoryBytes: number };

/** Of the response to the call that the thread is running. */
export type ResponseMessage =
  | { readonly type: 'chunk'; readonly contentType: string | undefined; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end'; readonly contentType: string | undefined; readonly error: ErrorPayload | undefined };

export type PostFromWorker = (message: FromWorker) => void;
