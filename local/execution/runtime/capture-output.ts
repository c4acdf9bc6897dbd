import { StringDecoder } from 'node:string_decoder';
import type { PostFromWorker } from '../messages.ts';

/**
 * Sends what is written to `process.stdout` and `process.stderr`, and so to `console`, to the pool at once.
 *
 * Left alone, a thread hands its output over only when its event loop gets to it: a function that then blocks or exits
 * would lose lines that a process would have written.
 */
export function captureOutput(post: PostFromWorker): void {
  capture('stdout', post);
  capture('stderr', post);
}

function capture(stream: 'stdout' | 'stderr', post: PostFromWorker): void {
  const decoder = new StringDecoder('utf8');
  process[stream].write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    callback?: (error?: Error | null) => void,
  ): boolean => {
    const text = typeof chunk === 'string' && (typeof encoding !== 'string' || /^utf-?8$/i.test(encoding));
    post({ type: 'output', stream, text: text ? chunk : decoder.write(toBuffer(chunk, encoding)) });
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}

function toBuffer(chunk: string | Uint8Array, encoding: unknown): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding as BufferEncoding) : Buffer.from(chunk);
}
