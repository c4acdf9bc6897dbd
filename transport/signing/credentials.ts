import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { ConnectionError } from '../connection-error.ts';
import { CredentialsError } from '../errors.ts';
import type { Network } from '../network/network-options.ts';
import { loadCredentialChain } from '../runtime/node.ts';
import { withNetworkErrors } from './network-errors.ts';

export interface CredentialsOptions {
  /**
   * Credentials, or a provider of them such as those of `@aws-sdk/credential-providers`.
   * @default the standard chain: environment, SSO, config files, web identity, container, instance
   */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /**
   * Profile of the AWS config files that the standard chain reads.
   * @default AWS_PROFILE, or `default`
   */
  readonly profile?: string;
}

/** Credentials that are valid now; `forceRefresh` asks the provider anew. */
export type CredentialsSource = (options?: { readonly forceRefresh?: boolean }) => Promise<AwsCredentialIdentity>;

/** Credentials are renewed while they still hold for this long; milliseconds. */
const REFRESH_MARGIN = 5 * 60 * 1000;

/**
 * A source of credentials that keeps what it was given until shortly before it expires, and asks once however many
 * requests wait.
 *
 * It throws {@link CredentialsError} when there are none.
 *
 * @param network the way to AWS of the providers that call it
 */
export function credentialsSource({ credentials, profile }: CredentialsOptions, network?: Network): CredentialsSource {
  if (credentials !== undefined && typeof credentials !== 'function') return async () => credentials;
  const find: AwsCredentialIdentityProvider = credentials ?? standardChain(profile, network);
  let held: AwsCredentialIdentity | undefined;
  let asking: Promise<AwsCredentialIdentity> | undefined;
  return async ({ forceRefresh = false } = {}) => {
    if (held && !forceRefresh && !expiresSoon(held)) return held;
    asking ??= ask(find, forceRefresh).finally(() => {
      asking = undefined;
    });
    try {
      held = await asking;
    } catch (error) {
      if (forceRefresh || !held?.expiration || held.expiration.getTime() <= Date.now()) throw error;
    }
    return held;
  };
}

/** Whether a request signed with the one could fare otherwise than with the other. */
export function differ(one: AwsCredentialIdentity, other: AwsCredentialIdentity): boolean {
  return (
    one.accessKeyId !== other.accessKeyId ||
    one.secretAccessKey !== other.secretAccessKey ||
    one.sessionToken !== other.sessionToken
  );
}

function expiresSoon({ expiration }: AwsCredentialIdentity): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < REFRESH_MARGIN;
}

async function ask(find: AwsCredentialIdentityProvider, forceRefresh: boolean): Promise<AwsCredentialIdentity> {
  try {
    return await find({ forceRefresh });
  } catch (cause) {
    if (cause instanceof ConnectionError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CredentialsError(
      `No AWS credentials (${reason}). Sign in with the AWS CLI, set AWS_PROFILE or AWS_ACCESS_KEY_ID and ` +
        'AWS_SECRET_ACCESS_KEY, or give the option `credentials`.',
      { cause },
    );
  }
}

function standardChain(profile: string | undefined, network: Network | undefined): AwsCredentialIdentityProvider {
  let chain: AwsCredentialIdentityProvider | undefined;
  return async (options) => {
    if (!chain) {
      const fromNodeProviderChain = await loadCredentialChain();
      const requestHandler = await network?.requestHandler();
      // The config files are read anew each time: a session that was renewed in them is taken up.
      chain = fromNodeProviderChain({
        ignoreCache: true,
        ...(profile !== undefined && { profile }),
        ...(requestHandler && { clientConfig: { requestHandler } }),
      });
    }
    return withNetworkErrors(chain, options);
  };
}
