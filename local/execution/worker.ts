import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { defineAwslambda } from './runtime/awslambda.ts';
import { captureOutput } from './runtime/capture-output.ts';
import { logError, toErrorPayload } from './runtime/error-payload.ts';
import { invocationContext } from './runtime/invocation-context.ts';
import { type LoadedHandler, loadHandler } from './runtime/load-handler.ts';
import { createResponseSender, type ResponseSender } from './runtime/response-sender.ts';
import { runBuffered, runStreaming } from './runtime/run-handler.ts';

// The thread of one execution environment, in place of Lambda's runtime: loads the handler, then runs call after call.

const port = parentPort;
if (!port) throw new Error('This module runs in a worker thread: import environments.ts instead.');

let sending: { readonly sequence: number; readonly response: ResponseSender } | undefined;

captureOutput(post);
defineAwslambda();
try {
  const handler = await loadHandler(workerData as WorkerSettings);
  port.on('message', (message: ToWorker) => {
    if (message.type === 'invoke') void serve(handler, message);
    else if (message.sequence === sending?.sequence) sending.response.acknowledge(message.bytes);
  });
  post({ type: 'ready', memoryBytes: memoryBytes() });
} catch (error) {
  logError('Init Error', error);
  post({ type: 'load-error', error: toErrorPayload(error) });
}

async function serve(handler: LoadedHandler, call: Extract<ToWorker, { type: 'invoke' }>): Promise<void> {
  const { invocation, sequence } = call;
  if (invocation.traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = invocation.traceId;
  const event: unknown = JSON.parse(invocation.payload);
  const context = invocationContext(invocation, call.deadline);
  if (handler.streaming) {
    const response = createResponseSender(handler.highWaterMark, post);
    sending = { sequence, response };
    await runStreaming(handler.call, event, response, context);
  } else {
    await runBuffered(handler.call, event, context, post);
  }
  post({ type: 'done', memoryBytes: memoryBytes() });
}

function post(message: FromWorker): void {
  port?.postMessage(message, message.type === 'chunk' ? [message.bytes.buffer] : []);
}

/** Of this thread alone: its heap, and the buffers that hang on it. */
function memoryBytes(): number {
  const { total_heap_size, external_memory } = getHeapStatistics();
  return total_heap_size + external_memory;
}
