import type { AccessRequest } from './access-request.ts';
import { allOf } from './match.ts';
import { matchAction } from './match-action.ts';
import { matchConditions } from './match-condition.ts';
import { matchNotPrincipal, matchPrincipal, type PrincipalMatch } from './match-principal.ts';
import { matchResource } from './match-resource.ts';
import type { PolicyDocument, Statement } from './policy.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Whether a well-formed statement is about a request.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function matchStatement(
  statement: Statement,
  version: PolicyDocument['Version'],
  { principal, action, resource }: AccessRequest,
  context: RequestContext,
): PrincipalMatch {
  const named = matchNamed(statement, principal);
  const match = allOf([
    matchAction(statement, action),
    matchResource(statement, version, resource, context),
    named.match,
    matchConditions(statement.Condition ?? {}, version, context),
  ]);
  return { match, direct: named.direct };
}

function matchNamed({ Principal, NotPrincipal }: Statement, principal: AccessRequest['principal']): PrincipalMatch {
  if (Principal !== undefined) return matchPrincipal(Principal, principal);
  if (NotPrincipal !== undefined) return { match: matchNotPrincipal(NotPrincipal, principal), direct: true };
  // An identity-based policy is about its owner.
  return { match: 'yes', direct: true };
}
