import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { AwsCredentialIdentity, Logger } from '@smithy/types';
import { readArn } from '../../wire/aws/arn.ts';
import { partitionOf } from '../../wire/aws/partitions.ts';
import { CredentialsError } from '../errors.ts';
import { environmentRegion } from '../signing-scope.ts';
import { checkedCredentials, type PartNames } from './check-credentials.ts';
import { providerFailed } from './explain-provider.ts';
import { withSystemErrors } from './system-errors.ts';

type Provider = () => Promise<AwsCredentialIdentity>;

const origins = new WeakMap<AwsCredentialIdentity, string>();

/** Where the standard chain found credentials, in words; undefined for others. */
export function originOf(credentials: AwsCredentialIdentity): string | undefined {
  return origins.get(credentials);
}

/**
 * Credentials that are fit to be used, with their origin.
 *
 * @param names default: those of the AWS APIs
 */
export function found(
  credentials: AwsCredentialIdentity,
  origin: string,
  names: PartNames = {
    accessKeyId: `The access key id from ${origin}`,
    secretAccessKey: `The secret access key from ${origin}`,
    sessionToken: `The session token from ${origin}`,
  },
): AwsCredentialIdentity {
  origins.set(checkedCredentials(credentials, names), origin);
  return credentials;
}

/** Keeps AWS's SDK from writing to stderr, which belongs to whoever runs the process. */
const silent: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Where, and how, a provider asks AWS. */
export interface AwsAccess {
  /** Of the target. */
  readonly region?: string | undefined;
  /** @default the AWS SDK's own */
  readonly requestHandler?: LambdaClientConfig['requestHandler'];
}

/** What every provider of AWS's is made with. */
export const PROVIDER_OPTIONS = { logger: silent, ignoreCache: true } as const;

/** @returns the environment's credentials; undefined where it holds no key id */
export async function environmentCredentials(): Promise<AwsCredentialIdentity | undefined> {
  if (!process.env.AWS_ACCESS_KEY_ID) return undefined;
  if (!process.env.AWS_SECRET_ACCESS_KEY) {
    throw new CredentialsError(
      'AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not.',
      undefined,
      'Set both, or neither.',
    );
  }
  const { fromEnv } = await import('@aws-sdk/credential-providers');
  return found(await fromEnv(PROVIDER_OPTIONS)(), 'environment variables', {
    accessKeyId: 'AWS_ACCESS_KEY_ID',
    secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
    sessionToken: 'AWS_SESSION_TOKEN',
  });
}

/** @returns the container's credentials; undefined where the environment names no endpoint of them */
export async function containerCredentials(): Promise<AwsCredentialIdentity | undefined> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } = process.env;
  if (!AWS_CONTAINER_CREDENTIALS_RELATIVE_URI && !AWS_CONTAINER_CREDENTIALS_FULL_URI) return undefined;
  const { fromHttp } = await import('@aws-sdk/credential-providers');
  const credentials = await ask(
    fromHttp(PROVIDER_OPTIONS),
    "The container's credentials endpoint (AWS_CONTAINER_CREDENTIALS_…) gave none.",
    'Check the task’s or the pod’s role, and its agent.',
  );
  return found(credentials, 'the container');
}

/** @returns the EC2 instance's credentials; undefined where there is no instance, or no role of it */
export async function instanceCredentials(): Promise<AwsCredentialIdentity | undefined> {
  const { AWS_EC2_METADATA_DISABLED } = process.env;
  if (AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const { fromInstanceMetadata } = await import('@aws-sdk/credential-providers');
  const credentials = await fromInstanceMetadata(PROVIDER_OPTIONS)().catch(() => undefined);
  return credentials && found(credentials, 'the EC2 instance');
}

/** A role whose name and token file the environment, or a profile, gives. */
export interface WebIdentityRole {
  readonly roleArn: string;
  readonly tokenFile: string;
  readonly sessionName: string | undefined;
  /** Who names it, as a message's subject. */
  readonly whose: string;
}

/** @param profileRegion of the profile that names the role */
export async function webIdentityCredentials(
  { roleArn, tokenFile, sessionName, whose }: WebIdentityRole,
  access: AwsAccess,
  profileRegion: string | undefined,
  profile?: string,
): Promise<AwsCredentialIdentity> {
  const { fromTokenFile } = await import('@aws-sdk/credential-providers');
  const files = process.getBuiltinModule('node:fs/promises');
  await files.access(tokenFile).catch(({ code }: NodeJS.ErrnoException) => {
    const what = `The web identity token file of ${whose} cannot be read (${code}): ${tokenFile}.`;
    throw new CredentialsError(what, undefined, 'Check its path, and that the platform writes it.');
  });
  const provider = fromTokenFile({
    ...PROVIDER_OPTIONS,
    roleArn,
    webIdentityTokenFile: tokenFile,
    ...(sessionName && { roleSessionName: sessionName }),
    clientConfig: stsConfig(roleArn, access, profileRegion, profile),
  });
  const what = `STS did not give ${roleArn} by the web identity of ${whose}.`;
  return found(await ask(provider, what, 'Check the role’s trust policy, and its identity provider.'), 'web identity');
}

/** How an STS client is made that asks for a role: in the role's own partition. */
export function stsConfig(
  roleArn: string,
  access: AwsAccess,
  profileRegion: string | undefined,
  profile: string | undefined,
) {
  const region = stsRegion(roleArn, [access.region, environmentRegion(), profileRegion]);
  return { ...clientConfig(access), ...(region && { region }), ...(profile && { profile }) };
}

/** How a client of a provider's is made. */
export function clientConfig({ requestHandler }: AwsAccess) {
  return { ...PROVIDER_OPTIONS, ...(requestHandler && { requestHandler }) };
}

/** The first region of those that the role's partition has; else one that it has, or, of an unknown one, the first. */
function stsRegion(roleArn: string, regions: readonly (string | undefined)[]): string | undefined {
  const partition = readArn(roleArn)?.partition;
  const fitting = regions.find((region) => region && partitionOf(region).id === partition);
  return fitting ?? HOME_REGIONS[partition ?? ''] ?? regions.find(Boolean);
}

/** Of each partition, a region whose STS is on for every account. Source: the AWS SDK's `implicitGlobalRegion`. */
const HOME_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

/** @throws {CredentialsError} with `what`, the reason and the advice, whatever the provider throws */
export async function ask(provider: Provider, what: string, advice: string): Promise<AwsCredentialIdentity> {
  try {
    return await withSystemErrors(provider);
  } catch (error) {
    throw providerFailed(what, error, advice);
  }
}
