import type { LambdaClient, LambdaClientConfig } from '@aws-sdk/client-lambda';
import { createNetwork } from '../transport/network/network.ts';
import { credentialsSource } from '../transport/signing/credentials.ts';
import { environmentRegion } from '../transport/signing-scope.ts';
import { networkOptions } from './network.ts';
import type { TargetOptions } from './target-options.ts';

type AwsClientConfig = Pick<LambdaClientConfig, 'credentials' | 'requestHandler' | 'region' | 'profile'>;

/**
 * What every AWS client of the command is made with.
 *
 * @param named region that the target itself names
 * @param requestTimeout milliseconds
 */
export async function awsClientConfig(
  options: TargetOptions,
  named: string | undefined,
  requestTimeout: number,
): Promise<AwsClientConfig> {
  const network = createNetwork(networkOptions(options));
  const credentials = credentialsSource(options, network);
  const region = options.region ?? named ?? environmentRegion();
  return {
    credentials: () => credentials({ region }),
    requestHandler: { ...(await network.requestHandler()), requestTimeout },
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
    ...(await awsClientConfig(options, named, requestTimeout)),
    maxAttempts: 2,
    ...(options.endpoint && { endpoint: options.endpoint }),
  });
}
