import type { AwsCredentialIdentity } from '@smithy/types';
import { watchErrors } from '../unsent-errors.ts';

/**
 * Asks a provider, and throws what broke its connection in place of the provider's own error: the AWS SDK's provider for
 * IAM Identity Center keeps the words of such an error alone, as the message of its own.
 */
export async function withSystemErrors(provider: () => Promise<AwsCredentialIdentity>): Promise<AwsCredentialIdentity> {
  const seen: Error[] = [];
  const stop = watchErrors((error) => void seen.push(error));
  try {
    return await provider();
  } catch (error) {
    throw seen.find((each) => String(each) === (error as Error | undefined)?.message) ?? error;
  } finally {
    stop();
  }
}
