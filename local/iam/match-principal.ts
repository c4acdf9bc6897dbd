import { isAccountId, readArn } from '../../wire/aws/arn.ts';
import { isPrincipalArn, isUniqueId } from './aws-principal.ts';
import { anyOf, isUnknown, type Match, type Unknown, unknown } from './match.ts';
import { toList } from './one-or-many.ts';
import type { PrincipalElement } from './policy.ts';
import type { IamPrincipal } from './principal.ts';

/** Which of a caller's identities a policy's principal is. */
type Identity = 'everyone' | 'account' | 'entity' | 'session' | 'nobody';

export interface PrincipalMatch {
  readonly match: Match;
  /**
   * False when the policy names the caller's account and nothing nearer. Within the account that leaves it to the
   * identity-based policies.
   */
  readonly direct: boolean;
}

/**
 * Whether `Principal` is the caller: everyone, its account, itself, or its role or session.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function matchPrincipal(element: PrincipalElement, caller: IamPrincipal): PrincipalMatch {
  const identities = identitiesIn(element, caller);
  const match = anyOf(
    identities.map((identity) => (isUnknown(identity) ? identity : identity === 'nobody' ? 'no' : 'yes')),
  );
  return { match, direct: identities.some((identity) => identity !== 'account' && identity !== 'nobody') };
}

/**
 * Whether `NotPrincipal` leaves the caller to be denied. AWS may look at the account, then the role, then the session, and
 * deny at each: only a caller whose identities are all listed is known to be spared.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function matchNotPrincipal(element: PrincipalElement, caller: IamPrincipal): Match {
  const identities = identitiesIn(element, caller);
  if (identities.length === 0) return unknown('an empty NotPrincipal says of nobody that they are spared');
  const unclear = identities.find(isUnknown);
  if (unclear) return unclear;
  if (identities.includes('everyone')) return 'no';
  const own: Identity[] = caller.sessionArn === undefined ? ['account', 'entity'] : ['account', 'entity', 'session'];
  const unlisted = own.filter((identity) => !identities.includes(identity));
  if (unlisted.length === 0) return 'no';
  if (unlisted.length === own.length) return 'yes';
  return unknown(`NotPrincipal lists the caller but not its ${unlisted.join(' and ')} too`);
}

function identitiesIn(element: PrincipalElement, caller: IamPrincipal): (Identity | Unknown)[] {
  if (element === '*') return ['everyone'];
  return Object.entries(element).flatMap(([type, values]) =>
    toList(values).map((value) => identify(type, value, caller)),
  );
}

function identify(type: string, value: string, caller: IamPrincipal): Identity | Unknown {
  // Services call for themselves, never as a role or user.
  if (type === 'Service') return 'nobody';
  if (type !== 'AWS') return unknown(`the principal type ${JSON.stringify(type)} is not known here`);
  const partition = readArn(caller.arn)?.partition;
  if (value === '*') return 'everyone';
  if (value === caller.accountId || value === `arn:${partition}:iam::${caller.accountId}:root`) return 'account';
  if (value === caller.arn || value === caller.uniqueId) return 'entity';
  if (value === caller.sessionArn) return 'session';
  if (isAccountId(value) || isPrincipalArn(value) || isUniqueId(value)) return 'nobody';
  return unknown(`${JSON.stringify(value)} is not a principal that AWS takes`);
}
