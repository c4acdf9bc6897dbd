import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** What Lambda needs to put a function into a VPC. None of these actions can be limited to a resource beforehand. */
const NETWORK_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * A role without the managed policies, which may write to every log group. `McpFunction` lets it write to one, and CDK
 * lets it send traces.
 *
 * Source: AWS Lambda Developer Guide, "Defining Lambda function permissions with an execution role" and "Giving Lambda
 * functions access to resources in an Amazon VPC".
 */
export function executionRole(scope: Construct, inVpc: boolean): iam.Role {
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  if (inVpc) role.addToPolicy(new iam.PolicyStatement({ actions: NETWORK_ACTIONS, resources: ['*'] }));
  return role;
}
