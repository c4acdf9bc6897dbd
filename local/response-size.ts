import { FunctionError } from './execution/environments.ts';

/** Bytes. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_STREAMED_RESPONSE_SIZE = 200 * 1024 * 1024;

/** Breaks a streamed response off at the size at which Lambda does. */
export async function* limitSize(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_STREAMED_RESPONSE_SIZE) throw responseTooLarge(MAX_STREAMED_RESPONSE_SIZE);
    yield chunk;
  }
}

/** `limit` is in bytes. */
export function responseTooLarge(limit: number): FunctionError {
  return new FunctionError({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${limit} bytes).`,
  });
}
