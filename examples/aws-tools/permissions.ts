import type { BedrockLogs } from './settings.ts';

/** A statement of the function's own policy, as IAM writes it. */
export interface PermissionStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string[];
  readonly Resource: string[];
}

export interface Deployment {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** 12 digits, or a token of CDK's. */
  readonly account: string;
  readonly bedrockLogs: BedrockLogs;
}

/**
 * What the tools may do, and nothing else: all of it reads.
 *
 * Where the resource is `*`, AWS knows no narrower one: a bill and the list of tagged resources belong to the account,
 * and a query, once started, has an id and no ARN.
 *
 * Source: Service Authorization Reference, "AWS Cost Explorer Service", "Amazon Resource Group Tagging API", "Amazon
 * CloudWatch Logs", "Amazon Bedrock".
 */
export function permissionStatements({ partition, account, bedrockLogs }: Deployment): PermissionStatement[] {
  const { logGroups, regions } = bedrockLogs;
  return [
    allow('ReadCosts', ['ce:GetCostAndUsage', 'ce:GetCostForecast'], ['*']),
    allow('CountResources', ['tag:GetResources'], ['*']),
    allow(
      'QueryModelInvocations',
      ['logs:StartQuery'],
      regions.flatMap((region) =>
        logGroups.map((logGroup) => `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}:*`),
      ),
    ),
    allow('FollowQueries', ['logs:GetQueryResults', 'logs:StopQuery'], ['*']),
    allow(
      'NameModels',
      ['bedrock:GetInferenceProfile'],
      regions.map((region) => `arn:${partition}:bedrock:${region}:${account}:application-inference-profile/*`),
    ),
  ];
}

function allow(Sid: string, Action: string[], Resource: string[]): PermissionStatement {
  return { Sid, Effect: 'Allow', Action, Resource };
}
