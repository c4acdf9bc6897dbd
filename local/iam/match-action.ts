import { matchesWildcard } from '../../wire/wildcard.ts';
import { anyOf, type Match, not, unknown } from './match.ts';
import { toList } from './one-or-many.ts';
import type { Statement } from './policy.ts';

/**
 * Whether a statement is about an action: case-insensitive, with `*` and `?`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function matchAction({ Action, NotAction }: Statement, action: string): Match {
  const matches = (patterns: Statement['Action']) =>
    anyOf(toList(patterns).map((pattern) => (matchesAction(pattern, action) ? 'yes' : 'no')));
  if (Action !== undefined) return matches(Action);
  if (toList(NotAction).length === 0) return unknown('an empty NotAction says of no action that it is meant');
  return not(matches(NotAction));
}

function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
}
