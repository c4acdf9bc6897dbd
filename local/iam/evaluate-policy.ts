import type { AccessRequest } from './access-request.ts';
import { isUnknown } from './match.ts';
import { matchStatement } from './match-statement.ts';
import { toList } from './one-or-many.ts';
import type { PolicyDocument, Statement } from './policy.ts';
import { documentProblems, type PolicyKind, statementProblems } from './policy-problems.ts';
import type { RequestContext } from './request-context.ts';

/**
 * What a statement says to a request; `statement` tells which, as `statement "agent-url"`. A deny is `unclear` when it is one
 * only because it is not understood. Of `direct`, see `PrincipalMatch`.
 */
export type PolicyFinding = { readonly statement: string } & (
  | { readonly effect: 'deny'; readonly unclear: boolean }
  | { readonly effect: 'allow'; readonly direct: boolean }
  | { readonly effect: 'unclear allow' }
);

/**
 * Looks into one policy.
 *
 * What is not known never widens access: an Allow statement that holds it allows nothing; a Deny statement that holds it, and
 * is not known to be about something else, denies; and so does a document that cannot be read, which could hold a Deny.
 *
 * @param name such as `the resource-based policy`
 * @param warn takes a line for everything that is not known
 */
export function evaluatePolicy(
  document: PolicyDocument,
  kind: PolicyKind,
  name: string,
  request: AccessRequest,
  context: RequestContext,
  warn: (line: string) => void,
): PolicyFinding[] {
  const problems = documentProblems(document, kind);
  if (problems.length > 0) {
    warn(`IAM: ${name} is taken to deny everything: ${problems.join('; ')}`);
    return [{ effect: 'deny', unclear: true, statement: 'the whole of it' }];
  }
  return toList(document.Statement).flatMap((content: Statement, index): PolicyFinding[] => {
    const statement = content?.Sid ? `statement "${content.Sid}"` : `statement ${index + 1}`;
    const wrong = statementProblems(content, kind);
    const { match, direct } =
      wrong.length > 0
        ? { match: { unknown: wrong.join('; ') }, direct: false }
        : matchStatement(content, document.Version, request, context);
    if (match === 'no') return [];
    // Of an Effect that is neither, it cannot be said that it does not deny.
    const allows = content?.Effect === 'Allow';
    if (isUnknown(match)) {
      const taken = allows ? 'allows nothing' : 'is taken to deny';
      warn(`IAM: ${statement} of ${name} ${taken}: ${match.unknown}`);
      return [allows ? { effect: 'unclear allow', statement } : { effect: 'deny', unclear: true, statement }];
    }
    return [allows ? { effect: 'allow', direct, statement } : { effect: 'deny', unclear: false, statement }];
  });
}
