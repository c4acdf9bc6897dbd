import { isAccountId, readArn } from './arn.ts';

/** A session of an IAM role, as its ARN tells. */
export interface AssumedRole {
  /** Of the role, without its path, which the session's ARN does not show. */
  readonly roleArn: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly accountId: string;
}

/**
 * Reads `arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION`; undefined for any other ARN.
 *
 * Source: AWS IAM User Guide, "IAM identifiers".
 */
export function readAssumedRole(arn: string): AssumedRole | undefined {
  const { service, accountId = '', partition, resource = '' } = readArn(arn) ?? {};
  const [, roleName, sessionName] = /^assumed-role\/([^/]+)\/(.+)$/.exec(resource) ?? [];
  if (service !== 'sts' || !isAccountId(accountId) || !roleName || !sessionName) return undefined;
  return { roleArn: `arn:${partition}:iam::${accountId}:role/${roleName}`, roleName, sessionName, accountId };
}
