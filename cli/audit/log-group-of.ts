import type { FunctionTarget } from '../../transport/function-target.ts';
import { proxyAgents } from '../../transport/node-proxy.ts';
import { credentialsSource } from '../../transport/signing/credentials.ts';
import { environmentRegion } from '../../transport/signing-scope.ts';
import type { TargetOptions } from '../target-options.ts';

/** The log group that a function writes to: as its configuration says, or where that may not be read, Lambda's default. */
export async function logGroupOf(target: FunctionTarget, name: string, options: TargetOptions): Promise<string> {
  const { GetFunctionConfigurationCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const region = options.region ?? target.region ?? environmentRegion();
  const credentials = credentialsSource(options);
  const client = new LambdaClient({
    credentials: () => credentials(),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: options.connectTimeout, requestTimeout: 10_000, ...proxyAgents() },
    ...(region && { region }),
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.profile && { profile: options.profile }),
  });
  try {
    const { LoggingConfig } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: target.functionName }),
    );
    return LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
  } catch {
    return `/aws/lambda/${name}`;
  } finally {
    client.destroy();
  }
}
