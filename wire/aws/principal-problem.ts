import { type Arn, isAccountId } from './arn.ts';

/**
 * Why no policy can let in what an ARN names, and what to grant instead; undefined when nothing speaks against it.
 *
 * Source: AWS IAM User Guide, "AWS JSON policy elements: Principal".
 */
export function whyNoPrincipalArn({
  partition,
  service,
  accountId,
  resource,
}: Pick<Arn, 'partition' | 'service' | 'accountId' | 'resource'>): string | undefined {
  const [type = '', name = '', session] = resource.split('/');
  if (/[*?]/.test(`${accountId}${resource}`)) {
    return 'A principal holds no wildcards. Grant the whole account (its 12 digits) or organization (o-…), or each role.';
  }
  if (!isAccountId(accountId)) return `Its account, ${JSON.stringify(accountId)}, is not 12 digits.`;
  if (/\/$|\/\//.test(resource)) return 'Its path holds an empty name.';
  if (service === 'sts' && type === 'assumed-role' && !session) {
    const role = `arn:${partition}:iam::${accountId}:role/${name}`;
    return `An assumed role is a principal with its session’s name only. Grant the role itself: ${role}`;
  }
  if (service !== 'iam') return undefined;
  if (type === 'group') {
    return 'A group is no principal. Grant its users, or attach to the group the policy that this command prints.';
  }
  if (type === 'instance-profile') return 'An instance profile is no principal. Grant the role that it holds.';
  if (type === 'policy') return 'A policy is no principal. Grant the role or user that it is attached to.';
  if (/^(?:saml|oidc)-provider$/.test(type)) {
    return 'An identity provider is a principal in a role’s trust policy only. Grant the role that its users assume.';
  }
  return undefined;
}
