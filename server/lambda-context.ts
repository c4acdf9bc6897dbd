/**
 * What Lambda tells a handler about its invocation.
 *
 * Source: AWS Lambda Developer Guide, "Using the Lambda context object to retrieve Node.js function information".
 */
export interface LambdaContext {
  /** The invocation's request id. */
  readonly awsRequestId: string;
  /** The function's name. */
  readonly functionName: string;
  /** The version that runs: a number, or `$LATEST`. */
  readonly functionVersion: string;
  /** The ARN by which the function was called, with its qualifier if it was called by one. */
  readonly invokedFunctionArn: string;
  /** MB, as a string. */
  readonly memoryLimitInMB: string;
  /** The log group of the function. */
  readonly logGroupName: string;
  /** The log stream of this execution environment. */
  readonly logStreamName: string;
  /** The X-Ray trace header's value, where an environment serves several invocations at once. */
  readonly xRayTraceId?: string | undefined;
  /** The tenant that was invoked for, of a function with tenant isolation. */
  readonly tenantId?: string | undefined;
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number;
}

/**
 * Stands in for Lambda's context where there is no Lambda: an id of its own, no time limit, and in place of a function's name
 * that of the service, `LAMBDA_MCP_SERVICE`.
 */
export function standInContext(): LambdaContext {
  const { AWS_LAMBDA_FUNCTION_NAME, LAMBDA_MCP_SERVICE } = process.env;
  const functionName = AWS_LAMBDA_FUNCTION_NAME ?? LAMBDA_MCP_SERVICE ?? 'local';
  return {
    awsRequestId: crypto.randomUUID(),
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionName,
    memoryLimitInMB: '0',
    logGroupName: '',
    logStreamName: '',
    getRemainingTimeInMillis: () => Number.POSITIVE_INFINITY,
  };
}
