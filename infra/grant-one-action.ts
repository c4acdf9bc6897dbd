import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Lets a role or user of this app do one thing, by its own policy.
 *
 * @throws Error for whoever has no policy here
 */
export function grantOneAction(
  scope: Construct,
  grantee: iam.IGrantable,
  action: string,
  resourceArns: string[],
): iam.Grant {
  const grant = iam.Grant.addToPrincipal({ grantee, actions: [action], resourceArns });
  if (grant.success) return grant;
  throw new Error(
    `${scope.node.path}: grantInvoke takes a role or user of this app, and ${grantee.grantPrincipal} has no policy here. ` +
      'Add callerStatements(ARN) to the policy of whoever is to call.',
  );
}
