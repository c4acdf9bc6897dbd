import type {
  InvokeWithResponseStreamCommandInput,
  InvokeWithResponseStreamCommandOutput,
  LambdaClient,
} from '@aws-sdk/client-lambda';

/**
 * Sends one InvokeWithResponseStream, once, whatever the client's own retry settings are: on a network error AWS's
 * client would send it again, and the function may have run.
 */
export async function invokeOnce(
  client: LambdaClient,
  input: InvokeWithResponseStreamCommandInput,
  signal: AbortSignal | undefined,
): Promise<InvokeWithResponseStreamCommandOutput> {
  const { InvokeWithResponseStreamCommand } = await import('@aws-sdk/client-lambda');
  const stack = client.middlewareStack.clone();
  // Not removed: the client's signing middleware takes its place from it.
  stack.add((next) => next, { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high', override: true });
  const command = new InvokeWithResponseStreamCommand(input);
  const send = command.resolveMiddleware(stack, client.config, signal ? { abortSignal: signal } : {});
  return (await send(command)).output;
}
