import type { AwsCredentialIdentity } from '@smithy/types';
import { ConnectionError } from '../../transport/connection-error.ts';
import { CredentialsError } from '../../transport/errors.ts';
import { createNetwork } from '../../transport/network/network.ts';
import { originOf } from '../../transport/signing/credential-sources.ts';
import { type CredentialsSource, credentialsSource } from '../../transport/signing/credentials.ts';
import { ExitCode } from '../exit-code.ts';
import { asOptions } from '../explain-error.ts';
import { networkOptions } from '../network.ts';
import type { TargetOptions } from '../target-options.ts';
import { type Facts, type Finding, fail, pass, withFacts } from './finding.ts';

/**
 * The credentials that the standard chain finds, where from, and until when they hold.
 *
 * @param region that the target is in
 */
export async function checkCredentials(
  options: TargetOptions,
  region: string,
): Promise<{ finding: Finding; credentials?: CredentialsSource }> {
  const credentials = credentialsSource(options, createNetwork(networkOptions(options)));
  try {
    const found = await credentials({ region });
    const problem = problemOf(found);
    return {
      finding: withFacts(problem ?? pass('credentials', describe(found), leftOut(found, options)), factsOf(found)),
      ...(!problem && { credentials }),
    };
  } catch (error) {
    if (error instanceof ConnectionError) {
      return { finding: fail('credentials', error.message, undefined, ExitCode.unreachable) };
    }
    if (!(error instanceof CredentialsError)) throw error;
    const detail = error.message.slice(0, error.message.length - error.advice.length).trim();
    return { finding: fail('credentials', asOptions(detail), asOptions(error.advice), ExitCode.credentials) };
  }
}

function factsOf({ expiration }: AwsCredentialIdentity): Facts {
  if (!expiration) return {};
  return {
    expiresAt: expiration.toISOString(),
    expiresInSeconds: Math.round((expiration.getTime() - Date.now()) / 1000),
  };
}

function problemOf({ accessKeyId, sessionToken, expiration }: AwsCredentialIdentity): Finding | undefined {
  const { credentials } = ExitCode;
  if (!/^A[KS]IA[A-Z0-9]{12,}$/.test(accessKeyId)) {
    // What stands there may be the secret.
    const detail = 'The access key id does not look like one: AKIA… or ASIA….';
    return fail('credentials', detail, 'Were the id and the secret swapped?', credentials);
  }
  if (expiration && expiration.getTime() <= Date.now()) {
    return fail('credentials', `They expired ${span(expiration)} ago.`, SIGN_IN, credentials);
  }
  if (accessKeyId.startsWith('ASIA') && !sessionToken) {
    const detail = `The key ${accessKeyId} is a session’s, and its session token is missing.`;
    return fail('credentials', detail, 'Set AWS_SESSION_TOKEN beside the key, or sign in again.', credentials);
  }
  if (accessKeyId.startsWith('AKIA') && sessionToken) {
    const detail = `The key ${accessKeyId} is a user’s own, and there is a session token, which belongs to another.`;
    return fail('credentials', detail, 'Unset AWS_SESSION_TOKEN.', credentials);
  }
  return undefined;
}

const SIGN_IN = 'Sign in again, for instance with `aws sso login`, or set fresh AWS_* variables.';

function describe(found: AwsCredentialIdentity): string {
  const expiry = found.expiration
    ? `expires in ${span(found.expiration)} (${found.expiration.toISOString()})`
    : found.sessionToken
      ? 'a session’s; they do not tell when it ends'
      : 'long-lived';
  return [`${found.accessKeyId} from ${originOf(found)}`, expiry].join('; ');
}

/** Keys that another program would use instead: in the AWS CLI they go before AWS_PROFILE. */
function leftOut(found: AwsCredentialIdentity, { profile }: TargetOptions): string | undefined {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID } = process.env;
  if (profile || !AWS_PROFILE || !AWS_ACCESS_KEY_ID || found.accessKeyId === AWS_ACCESS_KEY_ID) return undefined;
  return 'AWS_ACCESS_KEY_ID is set too, and left out here. The AWS CLI would use it, and not AWS_PROFILE: unset one of them.';
}

/** Between now and then, roughly. */
function span(then: Date): string {
  const minutes = Math.round(Math.abs(then.getTime() - Date.now()) / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 60 / 24)} days`;
}
