import type { LambdaClient, LambdaClientConfig } from '@aws-sdk/client-lambda';
import { proxyAgents } from '../transport/node-proxy.ts';
import { credentialsSource } from '../transport/signing/credentials.ts';
import { environmentRegion } from '../transport/signing-scope.ts';
import type { TargetOptions } from './target-options.ts';

type AwsClientConfig = Pick<LambdaClientConfig, 'credentials' | 'requestHandler' | 'region' | 'profile'>;

/**
 * What every AWS client of the command is made with.
 *
 * @param named region that the target itself names
 * @param requestTimeout milliseconds
 */
export function awsClientConfig(
  options: TargetOptions,
  named: string | undefined,
  requestTimeout: number,
): AwsClientConfig {
  const credentials = credentialsSource(options);
  const region = options.region ?? named ?? environmentRegion();
  return {
    credentials: () => credentials({ region }),
    requestHandler: { connectionTimeout: options.connectTimeout, requestTimeout, ...proxyAgents() },
    ...(region && { region }),
    ...(options.profile && { profile: options.profile }),
  };
}

/** A client of the Lambda API; AWS's package loads only now. */
export async function openLambdaClient(
  options: TargetOptions,
  named: string | undefined,
  requestTimeout: number,
): Promise<LambdaClient> {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  return new LambdaClient({
    ...awsClientConfig(options, named, requestTimeout),
    maxAttempts: 2,
    ...(options.endpoint && { endpoint: options.endpoint }),
  });
}
