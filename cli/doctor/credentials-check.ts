import type { AwsCredentialIdentity } from '@smithy/types';
import { ConnectionError } from '../../transport/connection-error.ts';
import { CredentialsError } from '../../transport/errors.ts';
import { createNetwork } from '../../transport/network/network.ts';
import { type CredentialsSource, credentialsSource } from '../../transport/signing/credentials.ts';
import { ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { networkOptions } from '../network.ts';
import type { TargetOptions } from '../target-options.ts';
import { type Finding, fail, pass } from './finding.ts';

/** AWS's SDK marks credentials with where it found them; the names of the marks, and what they mean to a user. */
const SOURCES: readonly (readonly [mark: string, meaning: string])[] = [
  ['CREDENTIALS_ENV_VARS', 'environment variables'],
  ['CREDENTIALS_SSO', 'IAM Identity Center (aws sso login)'],
  ['CREDENTIALS_SSO_LEGACY', 'IAM Identity Center (aws sso login)'],
  ['CREDENTIALS_LOGIN', 'aws login'],
  ['CREDENTIALS_PROCESS', 'a credential_process'],
  ['CREDENTIALS_STS_ASSUME_ROLE_WEB_ID', 'web identity'],
  ['CREDENTIALS_STS_ASSUME_ROLE', 'an assumed role'],
  ['CREDENTIALS_HTTP', 'the container'],
  ['CREDENTIALS_IMDS', 'the EC2 instance'],
  ['CREDENTIALS_PROFILE', 'the AWS config files'],
  ['CREDENTIALS_CODE', 'the AWS config files'],
];

/** The credentials that the standard chain finds, where from, and until when they hold. */
export async function checkCredentials(
  options: TargetOptions,
): Promise<{ finding: Finding; credentials?: CredentialsSource }> {
  const credentials = credentialsSource(options, createNetwork(networkOptions(options)));
  try {
    const found = await credentials();
    const problem = problemOf(found);
    return { finding: problem ?? pass('credentials', describe(found, options)), ...(!problem && { credentials }) };
  } catch (error) {
    const { message } = explainError(error);
    const [detail = '', advice] = message.split(/(?<=\.) (?=Sign in)/);
    if (error instanceof CredentialsError)
      return { finding: fail('credentials', detail, advice, ExitCode.credentials) };
    if (error instanceof ConnectionError)
      return { finding: fail('credentials', message, undefined, ExitCode.unreachable) };
    throw error;
  }
}

function problemOf({ accessKeyId, sessionToken, expiration }: AwsCredentialIdentity): Finding | undefined {
  const { credentials } = ExitCode;
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
  if (/^A[KS]IA[A-Z0-9]{12,}$/.test(accessKeyId)) return undefined;
  // What stands there may be the secret.
  const detail = 'The access key id does not look like one: AKIA… or ASIA….';
  return fail('credentials', detail, 'Were the id and the secret swapped?', credentials);
}

const SIGN_IN = 'Sign in again, for instance with `aws sso login`, or set fresh AWS_* variables.';

function describe(found: AwsCredentialIdentity, { profile }: TargetOptions): string {
  const marks = (found as { $source?: object }).$source ?? {};
  const source = SOURCES.find(([mark]) => mark in marks)?.[1];
  const named = profile ?? (source === 'environment variables' ? undefined : process.env.AWS_PROFILE);
  const from = [source && `from ${source}`, named && `profile ${named}`].filter(Boolean).join(', ');
  const expiry = found.expiration
    ? `expires in ${span(found.expiration)} (${found.expiration.toISOString()})`
    : found.sessionToken
      ? 'a session’s; they do not tell when it ends'
      : 'long-lived';
  return [`${found.accessKeyId} ${from}`.trim(), expiry].join('; ');
}

/** Between now and then, roughly. */
function span(then: Date): string {
  const minutes = Math.round(Math.abs(then.getTime() - Date.now()) / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 60 / 24)} days`;
}
