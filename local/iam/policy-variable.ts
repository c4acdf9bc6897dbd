import { type Unknown, unknown } from './match.ts';
import type { PolicyDocument } from './policy.ts';

/**
 * Unknown, if a policy's value holds a variable such as `${aws:username}`: none is filled in here. Without
 * `"Version": "2012-10-17"` it is plain text.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function policyVariable(value: string, version: PolicyDocument['Version']): Unknown | undefined {
  if (version !== '2012-10-17' || !value.includes('${')) return undefined;
  return unknown(`the policy variable in ${JSON.stringify(value)} is not filled in here`);
}
