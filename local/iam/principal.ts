import { isAccountId, readArn } from '../../wire/aws/arn.ts';
import { isPrincipalArn } from './aws-principal.ts';
import type { PolicyDocument } from './policy.ts';

/**
 * An IAM role, through a session of it, or an IAM user. A permissions boundary, session policies, service control policies
 * and the account's root user are not modelled.
 */
export interface IamPrincipal {
  /** `arn:aws:iam::111122223333:role/path/agent` or `arn:aws:iam::111122223333:user/path/name` */
  readonly arn: string;
  /** `arn:aws:sts::111122223333:assumed-role/agent/session`, without the role's path. A role has one, a user none. */
  readonly sessionArn?: string;
  /** 12 digits, as in `arn`. */
  readonly accountId: string;
  /** `o-…`, of the account's organization. @default the account is in none */
  readonly organizationId?: string;
  /** `AROA…` of a role, `AIDA…` of a user */
  readonly uniqueId: string;
  /** All that are attached to it, groups' included. */
  readonly identityPolicies: readonly PolicyDocument[];
}

/** Why a principal is none that AWS could know, if so. */
export function principalProblem({ arn, sessionArn, accountId }: IamPrincipal): string | undefined {
  const { service, partition, accountId: account, resource = '' } = readArn(arn) ?? {};
  const [, type] = /^(role|user)\//.exec(resource) ?? [];
  if (!isPrincipalArn(arn) || service !== 'iam' || !type) return `${arn} is not the ARN of a role or a user`;
  if (!isAccountId(accountId) || account !== accountId) return `${arn} is not in account ${accountId}`;
  if (type === 'user')
    return sessionArn === undefined ? undefined : `the user ${arn} cannot have the session ${sessionArn}`;
  if (sessionArn === undefined) return `the role ${arn} calls through a session only, and sessionArn is missing`;
  const prefix = `arn:${partition}:sts::${accountId}:assumed-role/${lastSegment(arn)}/`;
  const session = sessionArn.startsWith(prefix) ? sessionArn.slice(prefix.length) : '';
  if (/^[\w+=,.@-]{2,64}$/.test(session)) return undefined;
  return `${sessionArn} is not a session of the role ${arn}: one is ${prefix} and a name of 2 to 64 letters, digits and +=,.@_-`;
}

/**
 * The condition keys that a principal brings into each of its requests. Those that it has no value for are absent.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 */
export function principalKeys(principal: IamPrincipal) {
  const { arn, sessionArn, accountId, organizationId } = principal;
  return {
    // A session's is that of its role.
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalOrgID': organizationId,
    'aws:PrincipalType': sessionArn === undefined ? 'User' : 'AssumedRole',
    'aws:userid': callerId(principal),
    'aws:username': sessionArn === undefined ? lastSegment(arn) : undefined,
    // It calls for itself, and no AWS service for it or as itself.
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
  };
}

/** The id that CloudTrail and a function URL's event give a principal: `AROA…:SESSION` for a role. */
export function callerId({ uniqueId, sessionArn }: IamPrincipal): string {
  return sessionArn ? `${uniqueId}:${lastSegment(sessionArn)}` : uniqueId;
}

/** The ARN by which a principal acts: of its session, if it has one. */
export function callerArn({ arn, sessionArn }: IamPrincipal): string {
  return sessionArn ?? arn;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
