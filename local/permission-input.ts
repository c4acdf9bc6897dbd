import { invalidParameter, LambdaApiError } from './lambda-api-error.ts';

/**
 * Who may do what, as AddPermission takes it.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export interface AddPermissionInput {
  /** 1 to 100 of letters, digits, `-` and `_`; not in the policy yet. */
  readonly StatementId: string;
  /** `lambda:InvokeFunction`, `lambda:*` or `*` */
  readonly Action: string;
  /** An account's 12 digits, the ARN of an account's root, a role, user or session, a service such as `s3.amazonaws.com`, or `*`. */
  readonly Principal: string;
  /** With a service as the principal: ARN of the resource that it calls for. */
  readonly SourceArn?: string;
  /** With a service as the principal: account of that resource; 12 digits. */
  readonly SourceAccount?: string;
  /** With an Alexa skill: its id. */
  readonly EventSourceToken?: string;
  /** With `*`: the organization that callers must belong to, `o-…`. */
  readonly PrincipalOrgID?: string;
  /** With `lambda:InvokeFunctionUrl` only. */
  readonly FunctionUrlAuthType?: 'AWS_IAM' | 'NONE';
  /** With `lambda:InvokeFunction` only. @default both through the function URL and otherwise */
  readonly InvokedViaFunctionUrl?: boolean;
  /** Of the policy as it must be now. @default whatever it is */
  readonly RevisionId?: string;
  /** A version or alias. @default the policy of the unqualified function */
  readonly Qualifier?: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
export interface RemovePermissionInput {
  readonly StatementId: string;
  readonly RevisionId?: string;
  readonly Qualifier?: string;
}

interface Constraint {
  readonly required?: true;
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

const QUALIFIER: Constraint = { min: 1, max: 128, pattern: '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+' };

// From the API's model, service version 2015-03-31.
const ADD_PERMISSION: Readonly<Record<string, Constraint>> = {
  StatementId: { required: true, min: 1, max: 100, pattern: '([a-zA-Z0-9-_]+)' },
  Action: { required: true, pattern: '(lambda:[*]|lambda:[a-zA-Z]+|[*])' },
  Principal: { required: true, pattern: '[^\\s]+' },
  SourceArn: { pattern: 'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)' },
  SourceAccount: { max: 12, pattern: '\\d{12}' },
  EventSourceToken: { max: 256, pattern: '[a-zA-Z0-9._\\-]+' },
  PrincipalOrgID: { min: 12, max: 34, pattern: 'o-[a-z0-9]{10,32}' },
  FunctionUrlAuthType: { values: ['NONE', 'AWS_IAM'] },
  RevisionId: {},
  Qualifier: QUALIFIER,
};

const REMOVE_PERMISSION: Readonly<Record<string, Constraint>> = {
  StatementId: { required: true, min: 1, max: 100, pattern: '([a-zA-Z0-9-_.]+)' },
  RevisionId: {},
  Qualifier: QUALIFIER,
};

/**
 * @throws LambdaApiError `ValidationException` for what the API's model refuses, `InvalidRequestContentException` for values
 * of another JSON type, `InvalidParameterValueException` for fields that do not go together
 */
export function checkAddPermission(input: AddPermissionInput): void {
  checkConstraints(input, ADD_PERMISSION);
  const { Action, FunctionUrlAuthType, InvokedViaFunctionUrl: viaUrl } = input;
  if (viaUrl !== undefined && typeof viaUrl !== 'boolean') throw notOfType('InvokedViaFunctionUrl', 'boolean');
  if (FunctionUrlAuthType !== undefined && Action !== 'lambda:InvokeFunctionUrl') {
    throw invalidParameter('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action');
  }
  if (viaUrl !== undefined && Action !== 'lambda:InvokeFunction') {
    throw invalidParameter('InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action');
  }
}

/** @throws LambdaApiError as `checkAddPermission` does */
export function checkRemovePermission(input: RemovePermissionInput): void {
  checkConstraints(input, REMOVE_PERMISSION);
}

/** @throws LambdaApiError `ValidationException` */
export function checkQualifier(Qualifier: string | undefined): void {
  checkConstraints({ Qualifier }, { Qualifier: QUALIFIER });
}

function checkConstraints(input: object, constraints: Readonly<Record<string, Constraint>>): void {
  const errors = Object.entries(constraints).flatMap(([field, constraint]) => {
    const value: unknown = (input as Readonly<Record<string, unknown>>)[field];
    if (value !== undefined && typeof value !== 'string') throw notOfType(field, 'string');
    const at = `Value ${value === undefined ? 'null' : `'${value}'`} at '${field[0]?.toLowerCase()}${field.slice(1)}'`;
    return broken(value, constraint).map((rule) => `${at} failed to satisfy constraint: Member must ${rule}`);
  });
  if (errors.length === 0) return;
  const count = `${errors.length} validation error${errors.length > 1 ? 's' : ''} detected`;
  throw new LambdaApiError('ValidationException', 400, `${count}: ${errors.join('; ')}`);
}

function broken(value: string | undefined, { required, pattern, min, max, values }: Constraint): string[] {
  if (value === undefined) return required ? ['not be null'] : [];
  return [
    ...(min !== undefined && value.length < min ? [`have length greater than or equal to ${min}`] : []),
    ...(max !== undefined && value.length > max ? [`have length less than or equal to ${max}`] : []),
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 's').test(value)
      ? [`satisfy regular expression pattern: ${pattern}`]
      : []),
    ...(values && !values.includes(value) ? [`satisfy enum value set: [${values.join(', ')}]`] : []),
  ];
}

function notOfType(field: string, type: string): LambdaApiError {
  return new LambdaApiError(
    'InvalidRequestContentException',
    400,
    `Could not parse request body into json: ${field} must be a ${type}`,
  );
}
