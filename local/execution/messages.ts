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
  | CallMessage;

/** Of the call that the thread is running. */
export type CallMessage =
  /** Before the first chunk, or before the end of a response without one. */
  | { readonly type: 'start'; readonly contentType: string | undefined }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end'; readonly error: ErrorPayload | undefined }
  /** The handler has settled too: the environment is free. */
  | { readonly type: 'done'; readonly memoryBytes: number };

export type PostFromWorker = (message: FromWorker) => void;
