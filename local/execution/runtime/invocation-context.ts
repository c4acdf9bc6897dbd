import type { Invocation } from '../invocation.ts';

/**
 * The context object. As of Node.js 24 it has no `callbackWaitsForEmptyEventLoop`.
 *
 * @param deadline milliseconds since the epoch
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export function invocationContext(invocation: Invocation, deadline: number): Record<string, unknown> {
  const { env } = process;
  return {
    clientContext: invocation.clientContext === undefined ? undefined : JSON.parse(invocation.clientContext),
    identity: undefined,
    invokedFunctionArn: invocation.invokedFunctionArn,
    awsRequestId: invocation.requestId,
    tenantId: undefined,
    xRayTraceId: invocation.traceId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}
