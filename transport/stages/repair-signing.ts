import type { AwsCredentialIdentity } from '@smithy/types';
import { type CredentialsOptions, type CredentialsSource, isOtherKey } from '../signing/credentials.ts';
import { type Refusal, readRefusal } from './refusal.ts';
import type { Stage } from './stage.ts';

/** Sends once more when AWS refuses a signature because the clock, or the credentials, that made it were stale. */
export function repairSigning({ credentials: given }: CredentialsOptions, credentials: CredentialsSource): Stage {
  /** Milliseconds by which AWS's clock is ahead of this one, once it is known. */
  let clockOffset = 0;

  async function isRepaired(
    refusal: Refusal,
    used: AwsCredentialIdentity | undefined,
    region: string | undefined,
  ): Promise<boolean> {
    if (refusal.clockOffset !== undefined) {
      clockOffset = refusal.clockOffset;
      return true;
    }
    if (!refusal.credentialsStale || !used || typeof given === 'object') return false;
    return isOtherKey(used, await credentials({ forceRefresh: true, region }));
  }

  return async (request, next) => {
    const signedWith = clockOffset;
    let used: AwsCredentialIdentity | undefined;
    let usedIn: string | undefined;
    const signing = {
      clockOffset,
      credentials: async (region?: string) => {
        usedIn = region;
        used = await credentials({ region });
        return used;
      },
    };
    const response = await next({ ...request, signing });
    const refusal = await readRefusal(response, signedWith);
    if (!refusal || !(await isRepaired(refusal, used, usedIn))) return response;
    await response.body?.cancel();
    return next({ ...request, signing: { ...signing, clockOffset } });
  };
}
