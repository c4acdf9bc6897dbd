import { randomUUID } from 'node:crypto';
import type { PolicyDocument } from './iam/policy.ts';
import { invalidParameter, LambdaApiError, notFound } from './lambda-api-error.ts';
import {
  type AddPermissionInput,
  checkAddPermission,
  checkQualifier,
  checkRemovePermission,
  type RemovePermissionInput,
} from './permission-input.ts';
import { type PermissionStatement, toStatement } from './permission-statement.ts';

export type { AddPermissionInput } from './permission-input.ts';

/** Bytes of a policy's JSON. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_POLICY_SIZE = 20_480;

export interface ResourcePolicyOptions {
  /** Without qualifier. */
  readonly functionArn: string;
  /**
   * Whether IAM knows the ARN of an account's root, a role, user or session, or whether its account is one that nothing is
   * known of. Lambda refuses a principal that does not exist.
   * @default every one exists
   */
  readonly principalExists?: (arn: string) => boolean;
}

/**
 * The resource-based policies of a function: one of its own, and one of each version and alias. A caller needs that of the
 * ARN which it calls.
 */
export interface ResourcePolicies {
  /**
   * AddPermission.
   * @throws LambdaApiError
   */
  add(permission: AddPermissionInput): PermissionStatement;
  /**
   * RemovePermission. A policy without statements is gone.
   * @throws LambdaApiError
   */
  remove(permission: RemovePermissionInput): void;
  /**
   * GetPolicy.
   * @returns the policy as JSON text; its revision id changes with each change
   * @throws LambdaApiError `ResourceNotFoundException` when there is none
   */
  get(qualifier?: string): { readonly Policy: string; readonly RevisionId: string };
  /** The policy as IAM takes it; undefined when there is none. `$LATEST` has that of the unqualified function. */
  document(qualifier?: string): PolicyDocument | undefined;
}

interface Policy {
  readonly statements: readonly PermissionStatement[];
  readonly revisionId: string;
}

/**
 * Starts with no policy at all. Whether a qualifier exists is not asked here.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 */
export function createResourcePolicies(options: ResourcePolicyOptions): ResourcePolicies {
  const { functionArn, principalExists = () => true } = options;
  const policies = new Map<string, Policy>();

  return {
    add(permission) {
      checkAddPermission(permission);
      const { Qualifier, StatementId, RevisionId } = permission;
      if (Qualifier?.startsWith('$LATEST')) {
        throw invalidParameter(`We currently do not support adding policies for ${Qualifier}.`);
      }
      const policy = policies.get(keyOf(Qualifier));
      checkRevision(RevisionId, policy);
      const statements = policy?.statements ?? [];
      if (statements.some(({ Sid }) => Sid === StatementId)) throw alreadyExists(StatementId);
      const resource = Qualifier === undefined ? functionArn : `${functionArn}:${Qualifier}`;
      const statement = toStatement(permission, resource, principalExists);
      const extended = [...statements, statement];
      checkSize(extended);
      policies.set(keyOf(Qualifier), { statements: extended, revisionId: randomUUID() });
      return statement;
    },

    remove(permission) {
      checkRemovePermission(permission);
      const { Qualifier, StatementId, RevisionId } = permission;
      const policy = policies.get(keyOf(Qualifier));
      if (!policy) throw notFound('No policy is associated with the given resource.');
      const rest = policy.statements.filter(({ Sid }) => Sid !== StatementId);
      if (rest.length === policy.statements.length) {
        throw notFound(`Statement ${StatementId} is not found in resource policy.`);
      }
      checkRevision(RevisionId, policy);
      if (rest.length === 0) policies.delete(keyOf(Qualifier));
      else policies.set(keyOf(Qualifier), { statements: rest, revisionId: randomUUID() });
    },

    get(qualifier) {
      checkQualifier(qualifier);
      const policy = policies.get(keyOf(qualifier));
      if (!policy) throw notFound('The resource you requested does not exist.');
      return { Policy: JSON.stringify(toDocument(policy.statements)), RevisionId: policy.revisionId };
    },

    document(qualifier) {
      const policy = policies.get(keyOf(qualifier));
      return policy && toDocument(policy.statements);
    },
  };
}

function keyOf(qualifier: string | undefined): string {
  return qualifier ?? '$LATEST';
}

function toDocument(statements: readonly PermissionStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Id: 'default', Statement: statements };
}

/** Where there is no policy, Lambda compares with the function's revision: here none fits. */
function checkRevision(revisionId: string | undefined, policy: Policy | undefined): void {
  if (revisionId === undefined || revisionId === policy?.revisionId) return;
  const message = 'The Revision Id provided does not match the latest Revision Id.';
  const advice = 'Call the GetFunction/GetAlias API to retrieve the latest Revision Id';
  throw new LambdaApiError('PreconditionFailedException', 412, `${message} ${advice}`);
}

function checkSize(statements: readonly PermissionStatement[]): void {
  const size = Buffer.byteLength(JSON.stringify(toDocument(statements)));
  if (size <= MAX_POLICY_SIZE) return;
  const message = `The final policy size (${size}) is bigger than the limit (${MAX_POLICY_SIZE}).`;
  throw new LambdaApiError('PolicyLengthExceededException', 400, message);
}

function alreadyExists(statementId: string): LambdaApiError {
  const message = `The statement id (${statementId}) provided already exists.`;
  const advice = 'Please provide a new statement id, or remove the existing statement.';
  return new LambdaApiError('ResourceConflictException', 409, `${message} ${advice}`);
}
