import { randomBytes } from 'node:crypto';
import { type PolicyDocument, parsePolicy } from './iam/policy.ts';
import { type IamPrincipal, principalProblem } from './iam/principal.ts';
import type { LocalFunction } from './local-function.ts';
import type { AccessKey } from './sigv4/access-key.ts';

/** An IAM role or user that may call the local Lambda. */
export interface LocalPrincipalOptions {
  /** Name of the role or user: up to 64 of letters, digits and `+=,.@_-`. */
  readonly name: string;
  /**
   * Where the role or user lies, as `/aws-reserved/sso.amazonaws.com/`. It is in the ARN of the role or user, and not in
   * that of a session.
   * @default '/'
   */
  readonly path?: string;
  /**
   * A role is called through a session, and its credentials hold a session token; a user has a long-lived key.
   * @default 'role'
   */
  readonly type?: 'role' | 'user';
  /**
   * 12 digits.
   * @default the function's account
   */
  readonly accountId?: string;
  /** `o-…`, of the account's organization. */
  readonly organizationId?: string;
  /**
   * Name of the role's session.
   * @default 'local'
   */
  readonly sessionName?: string;
  /**
   * The identity-based policies attached to it.
   * @default none
   */
  readonly policies?: readonly PolicyDocument[];
  /**
   * When the session's credentials expire.
   * @default never
   */
  readonly expiration?: Date;
  /**
   * What it signs with.
   * @default fresh ones
   */
  readonly credentials?: Pick<LocalPrincipal, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;
}

/** A principal with the credentials that it signs with. */
export interface LocalPrincipal {
  /** Name of the role or user. */
  readonly name: string;
  /** ARN of the role or user, as a policy names it. */
  readonly arn: string;
  /** `ASIA…` of a role, `AKIA…` of a user. */
  readonly accessKeyId: string;
  /** Good on this local Lambda only. */
  readonly secretAccessKey: string;
  /** Roles only. */
  readonly sessionToken?: string;
}

/** An access key of a principal. */
export interface PrincipalKey extends AccessKey {
  readonly name: string;
  readonly principal: IamPrincipal;
}

/**
 * Makes a principal, with fresh credentials unless it is given some.
 *
 * @throws {PolicyError} when a policy is malformed
 * @throws when AWS could have no such principal
 */
export function createPrincipal(
  options: LocalPrincipalOptions,
  fn: Pick<LocalFunction, 'accountId' | 'partition'>,
): PrincipalKey {
  const { name, type = 'role', accountId = fn.accountId, organizationId, policies = [] } = options;
  const { path = '/', sessionName = 'local', expiration } = options;
  checkName(name, path);
  const isRole = type === 'role';
  const key: PrincipalKey = {
    name,
    ...(options.credentials ?? freshCredentials(isRole)),
    ...(expiration && { expiration }),
    principal: {
      arn: `arn:${fn.partition}:iam::${accountId}:${type}${path}${name}`,
      ...(isRole && { sessionArn: `arn:${fn.partition}:sts::${accountId}:assumed-role/${name}/${sessionName}` }),
      accountId,
      ...(organizationId && { organizationId }),
      uniqueId: `${isRole ? 'AROA' : 'AIDA'}${randomBase32(17)}`,
      identityPolicies: policies.map((policy) => parsePolicy(policy, 'identity')),
    },
  };
  const problem = principalProblem(key.principal);
  if (problem !== undefined) throw new Error(`The principal ${name} cannot be set up: ${problem}.`);
  return key;
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
function checkName(name: string, path: string): void {
  const slash = name.lastIndexOf('/') + 1;
  if (slash > 0) {
    const meant = `{ name: '${name.slice(slash)}', path: '/${name.slice(0, slash).replace(/^\//, '')}' }`;
    throw new Error(`The name of a principal has no path in it. Give the path by itself: ${meant}.`);
  }
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
    throw new Error(`The principal ${JSON.stringify(name)} needs a name of up to 64 letters, digits and +=,.@_-.`);
  }
  if (!/^\/(?:[!-.0-\x7e]+\/)*$/.test(path) || path.length > 512) {
    throw new Error(`The path ${JSON.stringify(path)} of ${name} must begin and end with a slash, as /team/ does.`);
  }
}

function freshCredentials(isRole: boolean) {
  return {
    accessKeyId: `${isRole ? 'ASIA' : 'AKIA'}${randomBase32(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    ...(isRole && { sessionToken: randomBytes(120).toString('base64') }),
  };
}

/** What whoever wants to sign as a principal needs to know. */
export function toLocalPrincipal({ name, principal, accessKeyId, secretAccessKey, sessionToken }: PrincipalKey) {
  const described: LocalPrincipal = {
    name,
    arn: principal.arn,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  };
  return described;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function randomBase32(length: number): string {
  return Array.from(randomBytes(length), (byte) => BASE32[byte % 32]).join('');
}
