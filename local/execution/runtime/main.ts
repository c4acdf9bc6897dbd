import { defineAwslambda } from './awslambda.ts';
import { logError, toErrorPayload } from './error-payload.ts';
import { invocationContext } from './invocation-context.ts';
import { type LoadedHandler, loadHandler } from './load-handler.ts';
import { openResponse } from './response-sender.ts';
import { runBuffered, runStreaming } from './run-handler.ts';
import { createRuntimeClient, type RuntimeCall, type RuntimeClient } from './runtime-client.ts';

// The program of one execution environment, in place of Lambda's runtime: loads the handler, then asks for call after call.
// Arguments: the path of the module, and the name of its export.

const { AWS_LAMBDA_RUNTIME_API: address = '', AWS_LAMBDA_MAX_CONCURRENCY: concurrency } = process.env;
const [entry = '', exportName = 'handler'] = process.argv.splice(2);

const client = createRuntimeClient(address);
defineAwslambda();
const handler = await loadHandler({ entry, exportName }).catch(async (error: unknown) => {
  logError('Init Error', error);
  await client.failInit(toErrorPayload(error));
  return process.exit(1);
});
for (let loops = Number(concurrency ?? 1); loops > 0; loops -= 1) void serve(client, handler);

async function serve(from: RuntimeClient, loaded: LoadedHandler): Promise<never> {
  for (;;) await answer(loaded, await from.next());
}

async function answer({ call, streaming, highWaterMark }: LoadedHandler, given: RuntimeCall): Promise<void> {
  const { invocation, deadline } = given;
  // With several calls at once there is no variable that could hold the one of each.
  if (concurrency === undefined) setTraceId(invocation.traceId);
  const event: unknown = JSON.parse(invocation.payload);
  const context = invocationContext(invocation, deadline);
  const { requestId } = invocation;
  if (streaming) await runStreaming(call, event, openResponse(client, requestId, highWaterMark), context);
  else await runBuffered(call, event, context, client, requestId);
}

function setTraceId(traceId: string | undefined): void {
  if (traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = traceId;
}
