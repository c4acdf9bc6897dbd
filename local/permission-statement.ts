import { isAccountId, readArn } from '../wire/aws/arn.ts';
import { PARTITIONS } from '../wire/aws/partitions.ts';
import { isPrincipalArn } from './iam/aws-principal.ts';
import type { PrincipalElement } from './iam/policy.ts';
import { invalidParameter } from './lambda-api-error.ts';
import type { AddPermissionInput } from './permission-input.ts';

/** A statement of a function's policy, its elements in the order in which Lambda gives them. */
export interface PermissionStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: PrincipalElement;
  readonly Action: string;
  /** ARN of the function, with qualifier when it is the policy of a version or alias. */
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const SERVICE_SUFFIXES = ['amazon.com', ...PARTITIONS.map(({ dnsSuffix }) => dnsSuffix)];

/**
 * The statement that AddPermission makes of a permission.
 *
 * A permission with `InvokedViaFunctionUrl: false` asks for that value, though nothing says whether Lambda would: it can only
 * allow less than no condition.
 *
 * @param principalExists whether IAM knows an ARN, or cannot tell
 * @throws LambdaApiError `InvalidParameterValueException` for a principal that is none
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function toStatement(
  permission: AddPermissionInput,
  resource: string,
  principalExists: (arn: string) => boolean,
): PermissionStatement {
  const condition = toCondition(permission);
  return {
    Sid: permission.StatementId,
    Effect: 'Allow',
    Principal: toPrincipal(permission.Principal, readArn(resource)?.partition ?? 'aws', principalExists),
    Action: permission.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function toPrincipal(
  principal: string,
  partition: string,
  principalExists: (arn: string) => boolean,
): PrincipalElement {
  if (principal === '*') return '*';
  if (isService(principal)) return { Service: principal };
  const arn = isAccountId(principal) ? `arn:${partition}:iam::${principal}:root` : principal;
  // IAM does not reach across partitions.
  const valid = isPrincipalArn(arn) && readArn(arn)?.partition === partition && principalExists(arn);
  if (!valid) throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
  return { AWS: arn };
}

/** Such as `apigateway.amazonaws.com`. */
function isService(principal: string): boolean {
  return (
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(principal) &&
    SERVICE_SUFFIXES.some((suffix) => principal.endsWith(`.${suffix}`))
  );
}

function toCondition(permission: AddPermissionInput): NonNullable<PermissionStatement['Condition']> {
  const { SourceArn, SourceAccount, EventSourceToken, PrincipalOrgID, FunctionUrlAuthType } = permission;
  const { InvokedViaFunctionUrl: viaUrl } = permission;
  const equals = {
    ...(FunctionUrlAuthType !== undefined && { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
    ...(PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': PrincipalOrgID }),
    // Lambda writes these two with a capital prefix; to IAM it is all the same.
    ...(SourceAccount !== undefined && { 'AWS:SourceAccount': SourceAccount }),
    ...(EventSourceToken !== undefined && { 'lambda:EventSourceToken': EventSourceToken }),
  };
  return {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(viaUrl !== undefined && { Bool: { 'lambda:InvokedViaFunctionUrl': String(viaUrl) } }),
    ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
  };
}
