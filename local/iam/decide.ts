import { readArn } from '../../wire/aws/arn.ts';
import type { AccessRequest } from './access-request.ts';
import { evaluatePolicy, type PolicyFinding } from './evaluate-policy.ts';
import type { PolicyDocument } from './policy.ts';
import type { PolicyKind } from './policy-problems.ts';
import { principalProblem } from './principal.ts';
import { requestContext } from './request-context.ts';

export type { AccessRequest } from './access-request.ts';

export interface AccessDecision {
  readonly allowed: boolean;
  /** Which rule decided, to be read by a person: `no resource-based policy allows the lambda:InvokeFunction action`. */
  readonly reason: string;
  /** Whether a Deny statement decided, or something that could be one. */
  readonly explicitDeny: boolean;
}

/** A finding, and the policy it is from. */
type Finding = PolicyFinding & { readonly policy: string };

/**
 * Decides as IAM does: an explicit deny wins; within an account an identity-based or the resource-based policy must allow;
 * for a caller of another account both must.
 *
 * A resource-based policy that names only the caller's account leaves it to that account: it counts for a caller of another
 * account, and is not enough for one of the same.
 *
 * Nothing unknown lets anybody in. An operator, condition key, element, policy variable, principal or version that is not
 * known here makes an Allow statement allow nothing, and a Deny statement deny.
 *
 * @param warn gets a line for each such thing that bore on the decision
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function decide(request: AccessRequest, warn: (line: string) => void): AccessDecision {
  const problem = principalProblem(request.principal) ?? resourceProblem(request);
  if (problem !== undefined) {
    warn(`IAM: refused: ${problem}`);
    return refusal(problem);
  }
  const { action, principal, resourceAccountId } = request;
  const { identity, resource } = findingsOf(request, warn);

  const deny = [...identity, ...resource].find((finding) => finding.effect === 'deny');
  if (deny) return { ...refusal(denyReason(deny, action)), explicitDeny: true };

  const identityAllow = identity.find((finding) => finding.effect === 'allow');
  const resourceAllows = resource.filter((finding) => finding.effect === 'allow');
  const directAllow = resourceAllows.find((finding) => finding.direct);
  const [resourceAllow] = resourceAllows;
  const unclear = [...identity, ...resource].some((finding) => finding.effect === 'unclear allow');
  const missing = (reason: string) =>
    refusal(unclear ? `${reason}; a statement that is not understood was left out` : reason);

  if (principal.accountId === resourceAccountId) {
    const allow = directAllow ?? identityAllow;
    if (allow) return permission(`${described(allow)} allows the ${action} action`);
    const others = resourceAllow ? `${described(resourceAllow)} names only the account,` : 'no resource-based policy';
    return missing(`${others} and no identity-based policy allows the ${action} action`);
  }
  if (identityAllow && resourceAllow) {
    return permission(`${described(identityAllow)} and ${described(resourceAllow)} both allow the ${action} action`);
  }
  const lacking = [...(identityAllow ? [] : ['identity-based']), ...(resourceAllow ? [] : ['resource-based'])];
  const needs = `a caller of account ${principal.accountId} needs both in account ${resourceAccountId}`;
  return missing(`no ${lacking.join(' and no ')} policy allows the ${action} action: ${needs}`);
}

function findingsOf(request: AccessRequest, warn: (line: string) => void) {
  const { principal, resource, resourcePolicy } = request;
  const context = requestContext(request);
  const look = (document: PolicyDocument, kind: PolicyKind, policy: string, owner: string): Finding[] =>
    evaluatePolicy(document, kind, `${policy} of ${owner}`, request, context, warn).map((found) => ({
      ...found,
      policy,
    }));
  return {
    identity: principal.identityPolicies.flatMap((document, index, { length }) => {
      const policy = length > 1 ? `identity-based policy ${index + 1}` : 'the identity-based policy';
      return look(document, 'identity', policy, principal.arn);
    }),
    resource: resourcePolicy ? look(resourcePolicy, 'resource', 'the resource-based policy', resource) : [],
  };
}

function resourceProblem({ resource, resourceAccountId }: AccessRequest): string | undefined {
  return readArn(resource)?.accountId === resourceAccountId
    ? undefined
    : `${resource} is not in account ${resourceAccountId}`;
}

function denyReason(deny: Finding, action: string): string {
  const unclear = deny.effect === 'deny' && deny.unclear;
  return unclear
    ? `${described(deny)} is not understood, and taken to deny the ${action} action`
    : `an explicit deny in ${described(deny)} forbids the ${action} action`;
}

function described({ policy, statement }: Finding): string {
  return `${policy} (${statement})`;
}

function permission(reason: string): AccessDecision {
  return { allowed: true, reason, explicitDeny: false };
}

function refusal(reason: string): AccessDecision {
  return { allowed: false, reason, explicitDeny: false };
}
