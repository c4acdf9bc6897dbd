import { runtimeError } from './error-payload.ts';

export type AnyHandler = (...args: unknown[]) => unknown;

/** The properties by which `streamifyResponse` tells the runtime of a handler; registered, so that copies agree. */
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

type Marked = AnyHandler & { [STREAMING]?: unknown; [HIGH_WATER_MARK]?: unknown };

export function markStreaming(handler: Marked, highWaterMark: number | undefined): void {
  handler[STREAMING] = 'response';
  if (highWaterMark !== undefined) handler[HIGH_WATER_MARK] = Math.trunc(highWaterMark);
}

/** @throws `Runtime.MalformedStreamingHandler` */
export function isStreaming(handler: Marked): boolean {
  const mark = handler[STREAMING];
  if (mark && mark !== 'response') {
    throw runtimeError('Runtime.MalformedStreamingHandler', 'Only response streaming is supported.');
  }
  return Boolean(mark);
}

/** In bytes; undefined for the default of Node's streams. */
export function highWaterMark(handler: Marked): number | undefined {
  return Number(handler[HIGH_WATER_MARK]) || undefined;
}
