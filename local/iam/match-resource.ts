import { matchesWildcard } from '../../wire/wildcard.ts';
import { anyOf, type Match, not, unknown } from './match.ts';
import { toList } from './one-or-many.ts';
import type { PolicyDocument, Statement } from './policy.ts';
import { policyVariable } from './policy-variable.ts';

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
): Match {
  const matches = (patterns: Statement['Resource']) =>
    anyOf(toList(patterns).map((pattern) => matchPattern(pattern, version, arn)));
  return Resource === undefined ? not(matches(NotResource)) : matches(Resource);
}

/**
 * AWS documents two things that do not add up: wildcards stand for what is within a segment, between colons, and a `*` that
 * ends a segment may go beyond it. A pattern that fits only if a wildcard crosses the colons of the ARN's first five segments,
 * or crosses colons from within a segment, is therefore unknown.
 */
function matchPattern(pattern: string, version: PolicyDocument['Version'], arn: string): Match {
  if (pattern === '*') return 'yes';
  const variable = policyVariable(pattern, version);
  if (variable) return variable;
  if (!matchesWildcard(pattern, arn)) return 'no';
  const segments = pattern.split(':');
  const [, , service = '*'] = segments;
  if (/[*?]/.test(service)) return unknown(`the resource ${pattern} has a wildcard for its service`);
  if (fitsWithinSegments(segments, arn.split(':'), 0)) return 'yes';
  return unknown(`the resource ${pattern} fits ${arn} only if a wildcard crosses colons`);
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
