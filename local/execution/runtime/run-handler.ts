import { setImmediate as nextTurn } from 'node:timers/promises';
import { logError, runtimeError, toErrorPayload } from './error-payload.ts';
import type { AnyHandler } from './handler-marks.ts';
import type { ResponseSender } from './response-sender.ts';
import type { RuntimeClient } from './runtime-client.ts';

/**
 * Runs a streaming handler until it has settled and its response has ended: if it never ends it, until the time is up.
 *
 * Nobody watches `finished` while the handler runs. If the stream is destroyed meanwhile, that is an unhandled rejection
 * and the end of the environment, as it is in Lambda's runtime.
 */
export async function runStreaming(
  handler: AnyHandler,
  event: unknown,
  response: ResponseSender,
  context: unknown,
): Promise<void> {
  try {
    const result = handler(event, response.stream, context);
    if (!isPromise(result)) throw new Error('Streaming does not support non-async handlers.');
    if ((await result) !== undefined) console.warn('Streaming handlers ignore return values.');
    await response.finished;
  } catch (error) {
    await nextTurn();
    logError('Invoke Error', error);
    response.fail(error);
    await response.finished.catch(() => {});
  }
}

/** Runs a plain handler. What it returns is the response, as JSON. */
export async function runBuffered(
  handler: AnyHandler,
  event: unknown,
  context: unknown,
  client: RuntimeClient,
  requestId: string,
): Promise<void> {
  let json: string;
  try {
    json = toJson(await handler(event, context));
    await nextTurn();
  } catch (error) {
    await nextTurn();
    logError('Invoke Error', error);
    return client.fail(requestId, toErrorPayload(error));
  }
  await client.respond(requestId, json);
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value === undefined ? null : value);
  } catch {
    throw runtimeError('Runtime.JSONStringifyError', 'Unable to stringify response body');
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
