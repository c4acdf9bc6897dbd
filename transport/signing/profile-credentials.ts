import type { AwsCredentialIdentity } from '@smithy/types';
import { CredentialsError } from '../errors.ts';
import { processCredentials } from './credential-process.ts';
import {
  type AwsAccess,
  ask,
  clientConfig,
  containerCredentials,
  environmentCredentials,
  found,
  instanceCredentials,
  PROVIDER_OPTIONS,
  stsConfig,
  webIdentityCredentials,
} from './credential-sources.ts';
import { isOfConnection, providerFailed } from './explain-provider.ts';
import { findProfile, type Profile, type Profiles } from './profiles.ts';
import { withSystemErrors } from './system-errors.ts';

/** Where a profile's credentials come from: the files, how it is called, and where STS is asked. */
export interface ProfileRequest {
  readonly profiles: Profiles;
  readonly name: string;
  readonly access: AwsAccess;
  /** The profiles that were gone through on the way to this one, by `source_profile`. */
  readonly visited?: readonly string[];
}

/** Settings that say where credentials come from. A profile with none of them stands back for the rest of the chain. */
const CREDENTIAL_SETTINGS = [
  ...['role_arn', 'source_profile', 'credential_source', 'web_identity_token_file', 'mfa_serial'],
  ...['sso_session', 'sso_start_url', 'sso_account_id', 'sso_role_name', 'login_session', 'credential_process'],
  ...['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'],
] as const;

export function holdsCredentials(profile: Profile): boolean {
  return CREDENTIAL_SETTINGS.some((setting) => profile[setting] !== undefined);
}

/**
 * The credentials of one profile, and of no other; in botocore's order, where it has several kinds.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Settings reference".
 *
 * @throws {CredentialsError} that says what is wrong with it, and what to do
 */
export async function profileCredentials(request: ProfileRequest): Promise<AwsCredentialIdentity> {
  const { profiles, name, access, visited = [] } = request;
  const profile = profiles.byName[name] ?? {};
  const { role_arn: roleArn, web_identity_token_file: tokenFile } = profile;
  const isStatic = profile.aws_access_key_id !== undefined || profile.aws_secret_access_key !== undefined;
  // A source profile that holds keys is used for them, and not for its role.
  if (roleArn && !tokenFile && !(visited.length > 0 && isStatic)) return assumedRole(request, profile, roleArn);
  if (tokenFile) {
    if (!roleArn) throw broken(name, 'names a web_identity_token_file and no role_arn', 'Add the role_arn.');
    const { role_session_name: sessionName } = profile;
    const role = { roleArn, tokenFile, sessionName, whose: `profile ${quoted(name)}` };
    return webIdentityCredentials(role, access, profile.region, name);
  }
  if (profile.sso_session || profile.sso_start_url || profile.sso_account_id || profile.sso_role_name) {
    return ssoCredentials(name, profile, access);
  }
  if (isStatic && profiles.inCredentialsFile[name]?.aws_access_key_id) return staticCredentials(name, profile);
  if (profile.login_session) return loginCredentials(name, access);
  if (profile.credential_process) {
    const credentials = await processCredentials(name, profile.credential_process);
    return found(credentials, `the credential_process of profile ${quoted(name)}`);
  }
  return staticCredentials(name, profile);
}

function staticCredentials(name: string, profile: Profile): AwsCredentialIdentity {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: token } = profile;
  if (!accessKeyId || !secretAccessKey) {
    const [there, missing] = accessKeyId
      ? ['aws_access_key_id', 'aws_secret_access_key']
      : secretAccessKey
        ? ['aws_secret_access_key', 'aws_access_key_id']
        : ['no source of credentials', 'any'];
    if (missing === 'any') throw broken(name, 'names no source of credentials', CONFIGURE);
    throw broken(name, `holds ${there} and no ${missing}`, `Add it, or run \`aws configure --profile ${name}\`.`);
  }
  const { aws_account_id: accountId } = profile;
  const credentials = {
    accessKeyId,
    secretAccessKey,
    ...(token && { sessionToken: token }),
    ...(accountId && { accountId }),
  };
  return found(credentials, `profile ${quoted(name)} of the AWS config files`, {
    accessKeyId: `aws_access_key_id of profile ${quoted(name)}`,
    secretAccessKey: `aws_secret_access_key of profile ${quoted(name)}`,
    sessionToken: `aws_session_token of profile ${quoted(name)}`,
  });
}

async function assumedRole(request: ProfileRequest, profile: Profile, roleArn: string): Promise<AwsCredentialIdentity> {
  const { name, access } = request;
  if (profile.mfa_serial) {
    throw broken(
      name,
      `asks for a code of the MFA device ${profile.mfa_serial}, which nobody can give here`,
      `Let the AWS CLI 2 ask for it, and use what it gives: eval "$(aws configure export-credentials --profile ${name} ` +
        '--format env)", without naming the profile afterwards.',
    );
  }
  const masterCredentials = await sourceOf(request, profile);
  const { role_session_name: session, external_id: externalId, duration_seconds: duration } = profile;
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const provider = fromTemporaryCredentials({
    logger: PROVIDER_OPTIONS.logger,
    masterCredentials,
    params: {
      RoleArn: roleArn,
      ...(session && { RoleSessionName: session }),
      ...(externalId && { ExternalId: externalId }),
      ...(Number(duration) > 0 && { DurationSeconds: Number(duration) }),
    },
    clientConfig: stsConfig(roleArn, access, profile.region, name),
  });
  const what = `STS did not give profile ${quoted(name)} its role ${roleArn}.`;
  const advice = 'Check the role’s trust policy, and that its source profile may assume it.';
  return found(await ask(provider, what, advice), `an assumed role, profile ${quoted(name)}`);
}

/** Whose credentials a role is assumed with. */
async function sourceOf(
  { profiles, name, access, visited = [] }: ProfileRequest,
  { source_profile: source, credential_source: kind }: Profile,
): Promise<AwsCredentialIdentity> {
  if (source && kind) throw broken(name, 'names both source_profile and credential_source', 'Take one of them out.');
  if (source) {
    const from = findProfile(profiles, source, `The source_profile of ${quoted(name)} is ${quoted(source)}`);
    const isOwnKeys = source === name && from.aws_access_key_id !== undefined;
    if (!isOwnKeys && [...visited, name].includes(source)) {
      const way = [...visited, name, source].join(' → ');
      throw broken(name, `leads back to itself by source_profile: ${way}`, 'Name a source that is none of them.');
    }
    if (!holdsCredentials(from))
      throw broken(source, `is the source_profile of ${quoted(name)}, and names none`, CONFIGURE);
    return profileCredentials({ profiles, name: source, access, visited: [...visited, name] });
  }
  const sources: Readonly<Record<string, () => Promise<AwsCredentialIdentity | undefined>>> = {
    Environment: environmentCredentials,
    EcsContainer: containerCredentials,
    Ec2InstanceMetadata: instanceCredentials,
  };
  const known = Object.keys(sources).join(', ');
  if (!kind) {
    throw broken(name, 'names a role_arn and neither source_profile nor credential_source', 'Add one of them.');
  }
  const find = Object.hasOwn(sources, kind) ? sources[kind] : undefined;
  if (!find) throw broken(name, `names the credential_source ${quoted(kind)}`, `There are ${known}.`);
  const credentials = await find();
  if (credentials) return credentials;
  throw broken(
    name,
    `names the credential_source ${kind}, which gave no credentials`,
    `Check it; others are ${known}.`,
  );
}

async function ssoCredentials(name: string, profile: Profile, access: AwsAccess): Promise<AwsCredentialIdentity> {
  const missing = ['sso_account_id', 'sso_role_name'].filter((setting) => !profile[setting]);
  if (!profile.sso_session && !profile.sso_start_url) missing.push('sso_session');
  if (!profile.sso_session && !profile.sso_region) missing.push('sso_region');
  if (missing.length > 0) {
    throw broken(
      name,
      `signs in by SSO and lacks ${missing.join(', ')}`,
      `Run \`aws configure sso --profile ${name}\`.`,
    );
  }
  if (profile.sso_session) await checkSsoSession(name, profile.sso_session);
  const { fromSSO } = await import('@aws-sdk/credential-providers');
  try {
    const provider = fromSSO({ ...PROVIDER_OPTIONS, profile: name, clientConfig: clientConfig(access) });
    const credentials = await withSystemErrors(provider);
    return found(credentials, `IAM Identity Center (aws sso login), profile ${quoted(name)}`);
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    const what = `IAM Identity Center could not be asked for profile ${quoted(name)}.`;
    if (isOfConnection(error)) throw providerFailed(what, error, '');
    const { message = '' } = error as Error;
    if (/Forbidden|No access/i.test(message)) {
      const refused = `is refused its role ${profile.sso_role_name} in account ${profile.sso_account_id} by IAM Identity Center`;
      throw broken(name, refused, 'Ask for it to be assigned to you, or name another profile.');
    }
    throw broken(name, 'has no SSO session that is valid now', `Sign in with \`aws sso login --profile ${name}\`.`);
  }
}

async function checkSsoSession(name: string, session: string): Promise<void> {
  const { loadSsoSessionData } = await import('@smithy/core/config');
  const { [session]: data } = await loadSsoSessionData();
  if (data?.sso_start_url && data.sso_region) return;
  const what = data ? 'lacks sso_start_url or sso_region' : 'is not in the AWS config file';
  throw broken(name, `names the sso-session ${quoted(session)}, which ${what}`, 'Run `aws configure sso-session`.');
}

async function loginCredentials(name: string, access: AwsAccess): Promise<AwsCredentialIdentity> {
  const { fromLoginCredentials } = await import('@aws-sdk/credential-providers');
  try {
    const provider = fromLoginCredentials({ ...PROVIDER_OPTIONS, profile: name, clientConfig: clientConfig(access) });
    return found(await withSystemErrors(provider), `aws login, profile ${quoted(name)}`);
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    const what = `The session of profile ${quoted(name)} could not be renewed.`;
    if (isOfConnection(error)) throw providerFailed(what, error, '');
    throw broken(
      name,
      'has no session of `aws login` that is valid now',
      `Sign in with \`aws login --profile ${name}\`.`,
    );
  }
}

const CONFIGURE = 'Run `aws configure` for it, or name another profile.';

function broken(name: string, what: string, advice: string): CredentialsError {
  const end = /[.!?]$/.test(what) ? '' : '.';
  return new CredentialsError(`The profile ${quoted(name)} ${what}${end}`, undefined, advice);
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
