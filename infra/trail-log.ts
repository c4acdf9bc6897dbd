import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Where CloudTrail copies records to, and the role by which it may: it writes its own streams, nothing else. */
export interface TrailLog {
  readonly logGroup: logs.LogGroup;
  readonly role: iam.Role;
}

/**
 * Source: AWS CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring", which
 * also says that neither `aws:SourceArn` nor `aws:SourceAccount` can guard this role.
 */
export function trailLog(scope: Construct, retention: logs.RetentionDays): TrailLog {
  const stack = Stack.of(scope);
  const logGroup = new logs.LogGroup(scope, 'LogGroup', { retention });
  const streams = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `${logGroup.logGroupName}:log-stream:${stack.account}_CloudTrail_${stack.region}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const role = new iam.Role(scope, 'LogRole', {
    assumedBy: new iam.ServicePrincipal('cloudtrail.amazonaws.com'),
    // Inline, so that it is there before the trail checks it.
    inlinePolicies: {
      WriteTrail: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [streams] }),
        ],
      }),
    },
  });
  return { logGroup, role };
}
