import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/**
 * The way in: the function URL, which tells the server who calls; the Invoke API, which does not; or both.
 */
export type InvokeVia = 'url' | 'invoke' | 'both';

export interface GrantInvokeOptions {
  /**
   * Which way in to open. `url` leaves the Invoke API closed. `invoke` leaves the URL closed, but its one statement,
   * `lambda:InvokeFunction` without a condition, is also half of what the URL needs.
   *
   * @default 'url'
   */
  readonly via?: InvokeVia;
}

/**
 * Lets a principal call a function: the statements of CDK's `grantInvokeUrl` (both actions that a URL has needed since
 * October 2025, each with its condition) and `grantInvoke`.
 *
 * @throws Error when the principal is everybody.
 */
export function grantInvoke(
  target: lambda.Alias | lambda.Function,
  grantee: iam.IGrantable,
  options: GrantInvokeOptions = {},
): iam.Grant {
  refuseEverybody(grantee.grantPrincipal);
  const via = options.via ?? 'url';
  if (via === 'url') return target.grantInvokeUrl(grantee);
  if (via === 'invoke') return target.grantInvoke(grantee);
  return target.grantInvokeUrl(grantee).combine(target.grantInvoke(grantee));
}

function refuseEverybody(principal: iam.IPrincipal): void {
  const { principalJson, conditions } = principal.policyFragment;
  const everybody = Object.values(principalJson).flat().includes('*');
  const { StringEquals: required } = conditions as { StringEquals?: Record<string, unknown> };
  if (!everybody || required?.['aws:PrincipalOrgID'] !== undefined) return;
  throw new Error(
    `grantInvoke(${principal}) would let every AWS account call the function. ` +
      'Grant a role (ArnPrincipal), an account (AccountPrincipal) or an organisation (OrganizationPrincipal).',
  );
}
