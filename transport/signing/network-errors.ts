import type { AwsCredentialIdentity } from '@smithy/types';
import { explainCredentialsConnection } from '../connection-error.ts';
import { watchErrors } from '../unsent-errors.ts';

/**
 * Asks the standard chain, and tells of a connection that failed as of that.
 *
 * The AWS SDK's provider for IAM Identity Center keeps the words of such an error alone, as the message of its own.
 *
 * @throws {ConnectionError} when AWS was not reached
 */
export async function withNetworkErrors<T>(
  chain: (options: T) => Promise<AwsCredentialIdentity>,
  options: T,
): Promise<AwsCredentialIdentity> {
  const seen: Error[] = [];
  const stop = watchErrors((error) => void seen.push(error));
  try {
    return await chain(options);
  } catch (error) {
    const own = seen.find((each) => String(each) === (error as Error | undefined)?.message) ?? error;
    throw explainCredentialsConnection(own) ?? error;
  } finally {
    stop();
  }
}
