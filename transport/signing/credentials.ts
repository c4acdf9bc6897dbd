import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { ConnectionError } from '../connection-error.ts';
import { CredentialsError } from '../errors.ts';
import type { Network } from '../network/network-options.ts';
import { loadCredentialChain } from '../runtime/node.ts';
import { checkedCredentials } from './check-credentials.ts';
import { quoteForeign, redact } from './redact.ts';

/** Where AWS credentials come from. */
export interface CredentialsOptions {
  /**
   * Credentials, or a provider of them such as those of `@aws-sdk/credential-providers`.
   * @default the standard chain: environment, SSO, config files, web identity, container, instance
   */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
  /**
   * Profile of the AWS config files that the standard chain reads.
   * @default AWS_PROFILE, or `default`
   */
  readonly profile?: string | undefined;
}

/** Credentials that are valid now. */
export type CredentialsSource = (options?: {
  /** Asks the provider anew. */
  readonly forceRefresh?: boolean;
  /** Of the target: where a provider has to ask STS for a role, it asks there. */
  readonly region?: string | undefined;
}) => Promise<AwsCredentialIdentity>;

/** Credentials are renewed while they still hold for this long; milliseconds. */
const REFRESH_MARGIN = 5 * 60 * 1000;
/** For those that never hold much longer: what is left of them when they are renewed at the latest. */
const MIN_REFRESH_MARGIN = 60 * 1000;

/**
 * A source of credentials that keeps what it was given until shortly before it expires, and asks once however many
 * requests wait. Credentials that live for some minutes only are kept for half of that.
 *
 * It throws {@link CredentialsError} when there are none, or they cannot be such, and {@link ConnectionError} where they
 * could not be fetched.
 *
 * @param network the way to AWS of the providers that call it
 */
export function credentialsSource({ credentials, profile }: CredentialsOptions, network?: Network): CredentialsSource {
  if (credentials !== undefined && typeof credentials !== 'function') {
    // Whoever gave them may change them.
    let checked: AwsCredentialIdentity | undefined;
    return async () => {
      if (!checked || isOtherKey(checked, credentials)) checked = { ...checkedCredentials(credentials, GIVEN) };
      return credentials;
    };
  }
  const find = (forceRefresh: boolean, region: string | undefined) =>
    credentials ? ask(credentials, forceRefresh, region) : standardChain(profile, region, network);
  let held: { readonly credentials: AwsCredentialIdentity; readonly renewAt: number } | undefined;
  let asking: Promise<AwsCredentialIdentity> | undefined;
  return async ({ forceRefresh = false, region } = {}) => {
    if (held && !forceRefresh && Date.now() <= held.renewAt) return held.credentials;
    asking ??= find(forceRefresh, region).finally(() => {
      asking = undefined;
    });
    try {
      const found = await asking;
      held = { credentials: found, renewAt: renewAt(found) };
    } catch (error) {
      const expiration = held?.credentials.expiration;
      if (forceRefresh || !held || !expiration || expiration.getTime() <= Date.now()) throw error;
    }
    return held.credentials;
  };
}

const GIVEN = {
  accessKeyId: '`accessKeyId` of the option `credentials`',
  secretAccessKey: '`secretAccessKey` of the option `credentials`',
  sessionToken: '`sessionToken` of the option `credentials`',
};

/** Whether a request signed with the one could fare otherwise than with the other. */
export function isOtherKey(one: AwsCredentialIdentity, other: AwsCredentialIdentity): boolean {
  return (
    one.accessKeyId !== other.accessKeyId ||
    one.secretAccessKey !== other.secretAccessKey ||
    one.sessionToken !== other.sessionToken
  );
}

/** Milliseconds since the epoch. */
function renewAt({ expiration }: AwsCredentialIdentity): number {
  if (expiration === undefined) return Number.POSITIVE_INFINITY;
  const life = expiration.getTime() - Date.now();
  return expiration.getTime() - Math.min(REFRESH_MARGIN, Math.max(MIN_REFRESH_MARGIN, life / 2));
}

async function ask(
  find: AwsCredentialIdentityProvider,
  forceRefresh: boolean,
  region: string | undefined,
): Promise<AwsCredentialIdentity> {
  // As AWS's clients ask theirs: a role is then asked for where the target is.
  const identityProperties = { forceRefresh, ...(region && { callerClientConfig: { region: async () => region } }) };
  let found: AwsCredentialIdentity;
  try {
    found = await find(identityProperties);
  } catch (cause) {
    if (cause instanceof CredentialsError || cause instanceof ConnectionError) throw cause;
    const reason = quoteForeign(cause instanceof Error ? cause.message : String(cause));
    throw new CredentialsError(`No AWS credentials (${reason}).`, isHarmless(cause) ? { cause } : {}, ADVICE);
  }
  return checkedCredentials(found, GIVEN);
}

const ADVICE =
  'Sign in with the AWS CLI, set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the option `credentials`.';

/** Whether an error may go along as a cause, which Node prints. JSON's own errors quote what they could not read. */
function isHarmless(error: unknown): boolean {
  if (!(error instanceof Error)) return typeof error !== 'string' || quoteForeign(error) === error;
  if (error instanceof SyntaxError || (error.cause !== undefined && !isHarmless(error.cause))) return false;
  return redact(error.message) === error.message && redact(error.stack ?? '') === (error.stack ?? '');
}

async function standardChain(
  profile: string | undefined,
  region: string | undefined,
  network: Network | undefined,
): Promise<AwsCredentialIdentity> {
  const findCredentials = await loadCredentialChain();
  return findCredentials(profile, { region, requestHandler: await network?.requestHandler() });
}
