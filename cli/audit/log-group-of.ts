import type { FunctionTarget } from '../../transport/function-target.ts';
import { openLambdaClient } from '../aws-client.ts';
import type { TargetOptions } from '../target-options.ts';

/** The log group that a function writes to: as its configuration says, or where that may not be read, Lambda's default. */
export async function logGroupOf({ functionName, name, region }: FunctionTarget, options: TargetOptions) {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const client = await openLambdaClient(options, region, 10_000);
  try {
    const { LoggingConfig } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    return LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
  } catch {
    return `/aws/lambda/${name}`;
  } finally {
    client.destroy();
  }
}
