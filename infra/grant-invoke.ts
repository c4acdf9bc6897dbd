import { createHash } from 'node:crypto';
import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { readArn } from '../wire/aws/arn.ts';
import type { InvokeVia } from '../wire/aws/invoke-permissions.ts';
import { whyNoPrincipalArn } from '../wire/aws/principal-problem.ts';

/** Which way a grant opens. */
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
 * @throws Error when the principal is everybody, or none that a policy can mean.
 */
export function grantInvoke(
  target: lambda.Alias | lambda.Function,
  grantee: iam.IGrantable,
  options: GrantInvokeOptions = {},
): iam.Grant {
  refuseEverybody(grantee.grantPrincipal);
  refuseNobody(target, grantee.grantPrincipal);
  warnOfServices(target, grantee.grantPrincipal);
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

/** The checks of `lambda-mcp grant`, on what is known before the deployment. */
function refuseNobody(target: IConstruct, principal: iam.IPrincipal): void {
  const { principalJson, conditions } = Stack.of(target).resolve(principal.policyFragment) as ResolvedPrincipal;
  for (const named of [principalJson.AWS ?? []].flat()) {
    const arn = readArn(withoutTokens(named));
    const why = arn && whyNoPrincipalArn(arn);
    if (why !== undefined) throw new Error(`grantInvoke(${principal}) can let in nobody, or not whom it names. ${why}`);
  }
  for (const id of [conditions.StringEquals?.['aws:PrincipalOrgID'] ?? []].flat()) {
    if (typeof id !== 'string' || /^o-[a-z0-9]{10,32}$/.test(id)) continue;
    throw new Error(`grantInvoke(${principal}): ${id} is no organization. Its id is o- and 10 to 32 of a-z and 0-9.`);
  }
}

interface ResolvedPrincipal {
  readonly principalJson: { readonly AWS?: unknown };
  readonly conditions: { readonly StringEquals?: Readonly<Record<string, unknown>> };
}

/** What only the deployment knows is replaced by something that no check objects to. */
function withoutTokens(named: unknown): string {
  if (typeof named === 'string') return named;
  const { Ref, 'Fn::Join': joined } = named as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (joined) return joined[1].map(withoutTokens).join(joined[0]);
  return Ref === 'AWS::AccountId' ? '000000000000' : Ref === 'AWS::Partition' ? 'aws' : 'unknown';
}

/** A service calls for whoever set it up, in any account, unless the source is named. */
function warnOfServices(target: IConstruct, principal: iam.IPrincipal): void {
  const { principalJson, conditions } = principal.policyFragment;
  const services = [principalJson.Service ?? []].flat();
  const keys = Object.values(conditions as Record<string, object>).flatMap((each) => Object.keys(each));
  if (services.length === 0 || keys.some((key) => /^aws:Source(?:Arn|Account|OrgID|OrgPaths)$/i.test(key))) return;
  Annotations.of(target).addWarningV2(
    'lambda-mcp:service-without-source',
    `grantInvoke(${services.join(', ')}) lets that service call for anybody's resources, in any account. Narrow it: ` +
      "new iam.ServicePrincipal(NAME, { conditions: { ArnLike: { 'aws:SourceArn': … } } }).",
  );
}
