import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import type { InvokeVia } from '../wire/aws/invoke-permissions.ts';

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
  if (via === 'invoke') return target.grantInvoke(grantee);
  const url = target.grantInvokeUrl(withPlainName(grantee, target));
  return via === 'url' ? url : url.combine(target.grantInvoke(grantee));
}

/**
 * CDK names the URL's permissions by the principal's text, where it refuses what only the deployment knows, such as the
 * account of a stack without `env`. A hash of the text stands in for it.
 */
function withPlainName(grantee: iam.IGrantable, scope: IConstruct): iam.IGrantable {
  const principal = grantee.grantPrincipal;
  const name = String(principal);
  if (!Token.isUnresolved(name)) return grantee;
  const resolved = JSON.stringify(Stack.of(scope).resolve(name));
  const hash = createHash('sha256').update(resolved).digest('hex').slice(0, 16);
  return { grantPrincipal: Object.create(principal, { toString: { value: () => hash } }) };
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
