import { conditionKeyTypes } from './condition-keys.ts';
import { type Unknown, unknown } from './match.ts';
import type { PolicyDocument } from './policy.ts';
import type { RequestContext } from './request-context.ts';

/** `${aws:username}`, `${aws:username, 'default'}`, and `${*}`, `${?}` and `${$}` for the characters themselves. */
const VARIABLE = /\$\{([^}]*)\}/g;
const NAME = /^([A-Za-z0-9]+:[A-Za-z0-9/_.-]+)(?:\s*,\s*'([^']*)')?$/;

/** Whether `*` and `?` of the filled-in text are to be read as wildcards. */
type Reading = 'as pattern' | 'as text';

/**
 * A policy's value with its variables filled in. Without `"Version": "2012-10-17"` they are plain text.
 *
 * Unknown is a value with a variable that has not exactly one value in the request and no default, and one whose variable
 * stands for `*` or `?` where those would be read as wildcards.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function fillVariables(
  value: string,
  version: PolicyDocument['Version'],
  context: RequestContext,
  reading: Reading,
): string | Unknown {
  if (version !== '2012-10-17' || !value.includes('${')) return value;
  const problems: string[] = [];
  const filled = value.replaceAll(VARIABLE, (variable, inner: string) => {
    const text = valueOfVariable(inner, context);
    if (text === undefined) problems.push(`the policy variable ${variable} has not one known value in the request`);
    else if (reading === 'as pattern' && /[*?]/.test(text)) {
      problems.push(`the policy variable ${variable} stands for a character that would be read as a wildcard`);
    }
    return text ?? '';
  });
  // One that is not closed, in a value where others are.
  if (value.replaceAll(VARIABLE, '').includes('${')) problems.push('a policy variable is not closed');
  return problems.length > 0 ? unknown(`${problems.join('; ')}: ${JSON.stringify(value)}`) : filled;
}

function valueOfVariable(inner: string, context: RequestContext): string | undefined {
  if (inner === '*' || inner === '?' || inner === '$') return inner;
  const [, key, otherwise] = NAME.exec(inner) ?? [];
  if (key === undefined || !conditionKeyTypes(key)) return undefined;
  const values = context.get(key.toLowerCase()) ?? [];
  if (values === 'unknown') return undefined;
  if (values.length === 0) return otherwise;
  return values.length === 1 ? values[0] : undefined;
}
