import type { AwsCredentialIdentity } from '@smithy/types';
import { CredentialsError } from '../errors.ts';
import {
  type AwsAccess,
  containerCredentials,
  environmentCredentials,
  instanceCredentials,
  webIdentityCredentials,
} from './credential-sources.ts';
import { holdsCredentials, profileCredentials } from './profile-credentials.ts';
import { findProfile, readProfiles } from './profiles.ts';

/**
 * The standard chain, in botocore's order but for one thing: a profile that AWS_PROFILE names goes before keys in the
 * environment, as in the AWS SDK for JavaScript, so that whoever named it gets it. The first of them that is set up is
 * used or refused; none ever stands in for another that failed.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
 *
 * @param given profile that is asked for by option: then the environment's keys are left out
 * @param access where roles are asked for, if their partition has it, and how AWS is reached
 * @throws {CredentialsError}
 */
export async function findCredentials(given: string | undefined, access: AwsAccess): Promise<AwsCredentialIdentity> {
  const { AWS_PROFILE, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_SESSION_NAME } = process.env;
  const named = given ?? (AWS_PROFILE || undefined);
  if (named === undefined) {
    const credentials = await environmentCredentials();
    if (credentials) return credentials;
  }
  const profiles = await readProfiles();
  const name = named ?? 'default';
  const asked =
    given === undefined
      ? `AWS_PROFILE is ${JSON.stringify(name)}`
      : `The profile ${JSON.stringify(name)} was asked for`;
  const profile = named === undefined ? profiles.byName[name] : findProfile(profiles, name, asked);
  if (profile && holdsCredentials(profile)) return profileCredentials({ profiles, name, access });

  const rest: readonly (() => Promise<AwsCredentialIdentity | undefined>)[] = [
    async () => (given === undefined ? environmentCredentials() : undefined),
    async () => {
      if (given !== undefined || !AWS_ROLE_ARN || !AWS_WEB_IDENTITY_TOKEN_FILE) return undefined;
      const role = { roleArn: AWS_ROLE_ARN, tokenFile: AWS_WEB_IDENTITY_TOKEN_FILE, whose: 'AWS_ROLE_ARN' };
      return webIdentityCredentials({ ...role, sessionName: AWS_ROLE_SESSION_NAME }, access, profile?.region);
    },
    containerCredentials,
    instanceCredentials,
  ];
  for (const find of rest) {
    const credentials = await find();
    if (credentials) return credentials;
  }
  const lacking = profile
    ? `the profile ${JSON.stringify(name)} names no source of credentials`
    : 'AWS_ACCESS_KEY_ID is not set, the AWS config files have no profile "default"';
  throw new CredentialsError(
    `No AWS credentials: ${lacking}, and neither a container nor an instance gives any.`,
    undefined,
    'Sign in with `aws sso login` or `aws login`, run `aws configure`, name a profile by `profile` or AWS_PROFILE, or set ' +
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  );
}
