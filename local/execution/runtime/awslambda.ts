import { HTTP_INTEGRATION_CONTENT_TYPE, PRELUDE_DELIMITER_LENGTH } from '../../../wire/response-stream.ts';
import { type AnyHandler, markStreaming } from './handler-marks.ts';
import type { RuntimeResponseStream } from './handler-stream.ts';

/**
 * Defines the global `awslambda`, before the function's module is loaded.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
export function defineAwslambda(): void {
  Object.assign(globalThis, {
    awslambda: { streamifyResponse, HttpResponseStream: { from: withPrelude } },
  });
}

function streamifyResponse(handler: AnyHandler, options?: { readonly highWaterMark?: unknown }): AnyHandler {
  markStreaming(handler, typeof options?.highWaterMark === 'number' ? options.highWaterMark : undefined);
  return handler;
}

/** The prelude waits for the first `write()`: a response that is only ended loses it, as it does in Lambda's runtime. */
function withPrelude(stream: RuntimeResponseStream, prelude: unknown): RuntimeResponseStream {
  stream.setContentType(HTTP_INTEGRATION_CONTENT_TYPE);
  const text = JSON.stringify(prelude);
  stream._onBeforeFirstWrite = (write) => {
    write(text);
    write(new Uint8Array(PRELUDE_DELIMITER_LENGTH));
  };
  return stream;
}
