import { matchesWildcard } from '../../wire/wildcard.ts';
import { anyOf, isUnknown, type Match, not, unknown } from './match.ts';
import { toList } from './one-or-many.ts';
import type { PolicyDocument, Statement } from './policy.ts';
import { fillVariables } from './policy-variable.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Whether a statement is about a resource.
 *
 * @param arn case-sensitive; a function that is called with a qualifier is `…:function:NAME:QUALIFIER`, which a pattern
 * without wildcard for `…:function:NAME` does not fit
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchResource(
  { Resource, NotResource }: Statement,
  version: PolicyDocument['Version'],
  arn: string,
  context: RequestContext,
): Match {
  const matches = (patterns: Statement['Resource']) =>
    anyOf(toList(patterns).map((pattern) => matchPattern(pattern, version, arn, context)));
  if (Resource !== undefined) return matches(Resource);
  if (toList(NotResource).length === 0) return unknown('an empty NotResource says of no resource that it is meant');
  return not(matches(NotResource));
}

/**
 * AWS documents two things that do not add up: wildcards stand for what is within a segment, between colons, and a `*` that
 * ends a segment may go beyond it. A pattern that fits only if a wildcard crosses the colons of the ARN's first five segments,
 * or crosses colons from within a segment, is therefore unknown.
 */
function matchPattern(given: string, version: PolicyDocument['Version'], arn: string, context: RequestContext): Match {
  if (given === '*') return 'yes';
  const pattern = fillVariables(given, version, context, 'as pattern');
  if (isUnknown(pattern)) return pattern;
  const problem = patternProblem(given, pattern);
  if (problem !== undefined) return unknown(`the resource ${given} ${problem}`);
  if (!matchesWildcard(pattern, arn)) return 'no';
  if (fitsWithinSegments(pattern.split(':'), arn.split(':'), 0)) return 'yes';
  return unknown(`the resource ${given} fits ${arn} only if a wildcard crosses colons`);
}

/** What keeps a pattern from being understood, whichever resource it is held against. */
function patternProblem(given: string, pattern: string): string | undefined {
  const segments = pattern.split(':');
  const [, , service = ''] = segments;
  // AWS may fill up the missing parts, or know no such resource. A `*` at the end stands for them in either case.
  if (segments.length < 6 && !pattern.endsWith('*')) return 'has fewer than the six parts of an ARN';
  if (/[*?]/.test(service) || segments.length < 3) return 'has a wildcard for its service';
  // `\${…}` may stand where a resource is named, not where it is said what kind it is.
  if (/^(?:[^:]*:){0,4}[^:]*\$\{/.test(given)) return 'has a policy variable before the fifth colon';
  const [type = '', ...rest] = segments
    .slice(5)
    .join(':')
    .split(/(?<=[:/])/);
  const typed = service === 'lambda' && (rest.length > 0 || !/^\*?$/.test(type));
  if (typed && /[*?]/.test(type)) return 'has a wildcard in the type of the resource';
  return undefined;
}

/** Segment by segment, but for a `*` that ends one and may go beyond it. */
function fitsWithinSegments(pattern: readonly string[], arn: readonly string[], index: number): boolean {
  const [segment, ...others] = pattern;
  const [part, ...left] = arn;
  if (segment === undefined || part === undefined) return segment === part;
  if (!matchesWildcard(segment, part)) return false;
  if (fitsWithinSegments(others, left, index + 1)) return true;
  const mayGoOn = segment.endsWith('*') && (index >= 5 || others.length === 0);
  return mayGoOn && left.length > 0 && fitsWithinSegments(['*', ...others], left, index + 1);
}
