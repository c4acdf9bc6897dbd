import { describe, expect, it } from 'vitest';
import { decide } from '../../local/iam/decide.ts';
import { LambdaApiError } from '../../local/lambda-api-error.ts';
import { type AddPermissionInput, createResourcePolicies } from '../../local/resource-policy.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:mcp';
const ROLE = 'arn:aws:iam::111122223333:role/agents/agent';

const permission = (fields: Partial<AddPermissionInput> = {}): AddPermissionInput => ({
  StatementId: 'agent',
  Action: 'lambda:InvokeFunction',
  Principal: ROLE,
  ...fields,
});

const createPolicies = () => createResourcePolicies({ functionArn: FUNCTION });

function errorOf(run: () => unknown): { errorType: string; statusCode: number; message: string } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof LambdaApiError)) throw error;
    return { errorType: error.errorType, statusCode: error.statusCode, message: error.message };
  }
  throw new Error('Nothing was thrown.');
}

describe('statements', () => {
  const base = {
    Sid: 'agent',
    Effect: 'Allow',
    Principal: { AWS: ROLE },
    Action: 'lambda:InvokeFunction',
    Resource: FUNCTION,
  };

  it.each<[string, Partial<AddPermissionInput>, object]>([
    ['a role', {}, base],
    [
      'a user',
      { Principal: 'arn:aws:iam::111122223333:user/Ann' },
      { ...base, Principal: { AWS: 'arn:aws:iam::111122223333:user/Ann' } },
    ],
    [
      'a session',
      { Principal: 'arn:aws:sts::111122223333:assumed-role/agent/run-1' },
      { ...base, Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/agent/run-1' } },
    ],
    [
      'an account id becomes its root',
      { Principal: '444455556666' },
      { ...base, Principal: { AWS: 'arn:aws:iam::444455556666:root' } },
    ],
    [
      'an account root',
      { Principal: 'arn:aws:iam::444455556666:root' },
      { ...base, Principal: { AWS: 'arn:aws:iam::444455556666:root' } },
    ],
    ['everyone', { Principal: '*' }, { ...base, Principal: '*' }],
    ['another action', { Action: 'lambda:*' }, { ...base, Action: 'lambda:*' }],
    [
      'a service, for one source of one account',
      { Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::bucket', SourceAccount: '444455556666' },
      {
        ...base,
        Principal: { Service: 's3.amazonaws.com' },
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '444455556666' },
          ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' },
        },
      },
    ],
    [
      'Alexa, with a token',
      { Principal: 'alexa-connectedhome.amazon.com', EventSourceToken: 'amzn1.ask.skill.1' },
      {
        ...base,
        Principal: { Service: 'alexa-connectedhome.amazon.com' },
        Condition: { StringEquals: { 'lambda:EventSourceToken': 'amzn1.ask.skill.1' } },
      },
    ],
    [
      'an organization',
      { Principal: '*', PrincipalOrgID: 'o-abcdefghij' },
      { ...base, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } },
    ],
    [
      'the function URL',
      { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' },
      {
        ...base,
        Action: 'lambda:InvokeFunctionUrl',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
    ],
    [
      'the function URL, for an organization',
      {
        Action: 'lambda:InvokeFunctionUrl',
        FunctionUrlAuthType: 'NONE',
        Principal: '*',
        PrincipalOrgID: 'o-abcdefghij',
      },
      {
        ...base,
        Principal: '*',
        Action: 'lambda:InvokeFunctionUrl',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE', 'aws:PrincipalOrgID': 'o-abcdefghij' } },
      },
    ],
    [
      'through the function URL only',
      { InvokedViaFunctionUrl: true },
      { ...base, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
    ],
    [
      'not through the function URL',
      { InvokedViaFunctionUrl: false },
      { ...base, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'false' } } },
    ],
    ['an alias', { Qualifier: 'prod' }, { ...base, Resource: `${FUNCTION}:prod` }],
  ])('%s', (_name, fields, statement) => {
    const policies = createPolicies();
    expect(policies.add(permission(fields))).toEqual(statement);
    expect(JSON.parse(policies.get(fields.Qualifier).Policy)).toEqual({
      Version: '2012-10-17',
      Id: 'default',
      Statement: [statement],
    });
  });

  it('come as Lambda writes them', () => {
    const policies = createPolicies();
    policies.add(permission({ Principal: '*', PrincipalOrgID: 'o-abcdefghij' }));
    expect(policies.get().Policy).toBe(
      `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"agent","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"${FUNCTION}","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}}}]}`,
    );
  });

  it('keep the partition of the function', () => {
    const functionArn = FUNCTION.replace('arn:aws:', 'arn:aws-cn:');
    const policies = createResourcePolicies({ functionArn });
    expect(policies.add(permission({ Principal: '444455556666' })).Principal).toEqual({
      AWS: 'arn:aws-cn:iam::444455556666:root',
    });
    expect(errorOf(() => policies.add(permission({ StatementId: 'b' }))).errorType).toBe(
      'InvalidParameterValueException',
    );
  });
});

describe('refused permissions', () => {
  const invalidPrincipal = 'The provided principal was invalid. Please check the principal and try again.';
  const failed = (value: string, field: string, rule: string) =>
    `1 validation error detected: Value ${value} at '${field}' failed to satisfy constraint: Member must ${rule}`;

  it.each<[string, object, string, string]>([
    [
      'statement id',
      { StatementId: 'a b' },
      'ValidationException',
      failed("'a b'", 'statementId', 'satisfy regular expression pattern: ([a-zA-Z0-9-_]+)'),
    ],
    [
      'long statement id',
      { StatementId: 'a'.repeat(101) },
      'ValidationException',
      failed(`'${'a'.repeat(101)}'`, 'statementId', 'have length less than or equal to 100'),
    ],
    [
      'action of another service',
      { Action: 's3:GetObject' },
      'ValidationException',
      failed("'s3:GetObject'", 'action', 'satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])'),
    ],
    [
      'action with wildcard',
      { Action: 'lambda:Invoke*' },
      'ValidationException',
      failed("'lambda:Invoke*'", 'action', 'satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])'),
    ],
    ['no principal', { Principal: undefined }, 'ValidationException', failed('null', 'principal', 'not be null')],
    [
      'organization',
      { PrincipalOrgID: 'o-ABCDEFGHIJ' },
      'ValidationException',
      failed("'o-ABCDEFGHIJ'", 'principalOrgID', 'satisfy regular expression pattern: o-[a-z0-9]{10,32}'),
    ],
    [
      'source account',
      { SourceAccount: '1234' },
      'ValidationException',
      failed("'1234'", 'sourceAccount', 'satisfy regular expression pattern: \\d{12}'),
    ],
    [
      'auth type',
      { FunctionUrlAuthType: 'IAM' },
      'ValidationException',
      failed("'IAM'", 'functionUrlAuthType', 'satisfy enum value set: [NONE, AWS_IAM]'),
    ],
    [
      'principal with wildcard',
      { Principal: 'arn:aws:iam::111122223333:role/*' },
      'InvalidParameterValueException',
      invalidPrincipal,
    ],
    [
      'group',
      { Principal: 'arn:aws:iam::111122223333:group/agents' },
      'InvalidParameterValueException',
      invalidPrincipal,
    ],
    ['what is no principal', { Principal: 'agent' }, 'InvalidParameterValueException', invalidPrincipal],
    ['organization as principal', { Principal: 'o-abcdefghij' }, 'InvalidParameterValueException', invalidPrincipal],
    [
      'auth type with InvokeFunction',
      { FunctionUrlAuthType: 'AWS_IAM' },
      'InvalidParameterValueException',
      'FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action',
    ],
    [
      'InvokedViaFunctionUrl with InvokeFunctionUrl',
      { Action: 'lambda:InvokeFunctionUrl', InvokedViaFunctionUrl: true },
      'InvalidParameterValueException',
      'InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action',
    ],
    [
      '$LATEST',
      { Qualifier: '$LATEST' },
      'InvalidParameterValueException',
      'We currently do not support adding policies for $LATEST.',
    ],
    [
      'qualifier',
      { Qualifier: 'a:b' },
      'ValidationException',
      failed("'a:b'", 'qualifier', 'satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'),
    ],
    [
      'a string for a boolean',
      { InvokedViaFunctionUrl: 'true' },
      'InvalidRequestContentException',
      'Could not parse request body into json: InvokedViaFunctionUrl must be a boolean',
    ],
    [
      'a number for a string',
      { Principal: 111122223333 },
      'InvalidRequestContentException',
      'Could not parse request body into json: Principal must be a string',
    ],
  ])('%s', (_name, fields, errorType, message) => {
    const policies = createPolicies();
    const input = { ...permission(), ...fields } as AddPermissionInput;
    expect(errorOf(() => policies.add(input))).toEqual({ errorType, statusCode: 400, message });
    expect(policies.document()).toBeUndefined();
  });

  it('all that is wrong at once', () => {
    const { message } = errorOf(() => createPolicies().add(permission({ StatementId: '', Action: 'x' })));
    expect(message).toMatch(/^3 validation errors detected: Value '' at 'statementId' .*; .*; Value 'x' at 'action' /);
  });

  it('a principal that does not exist', () => {
    const policies = createResourcePolicies({ functionArn: FUNCTION, principalExists: (arn) => arn === ROLE });
    expect(policies.add(permission()).Principal).toEqual({ AWS: ROLE });
    expect(policies.add(permission({ StatementId: 'all', Principal: '*' })).Principal).toBe('*');
    expect(policies.add(permission({ StatementId: 's3', Principal: 's3.amazonaws.com' })).Sid).toBe('s3');
    for (const Principal of ['arn:aws:iam::111122223333:role/other', '444455556666']) {
      expect(errorOf(() => policies.add(permission({ StatementId: 'b', Principal })))).toEqual({
        errorType: 'InvalidParameterValueException',
        statusCode: 400,
        message: invalidPrincipal,
      });
    }
  });

  it('a statement id that is taken', () => {
    const policies = createPolicies();
    policies.add(permission());
    expect(errorOf(() => policies.add(permission({ Principal: '*' })))).toEqual({
      errorType: 'ResourceConflictException',
      statusCode: 409,
      message:
        'The statement id (agent) provided already exists. Please provide a new statement id, or remove the existing statement.',
    });
  });

  it('a policy of more than 20 KB', () => {
    const policies = createPolicies();
    const add = (index: number) => policies.add(permission({ StatementId: String(index).padStart(100, '0') }));
    let count = 0;
    const { errorType, statusCode, message } = errorOf(() => {
      for (; count < 1000; count += 1) add(count);
    });
    expect({ errorType, statusCode }).toEqual({ errorType: 'PolicyLengthExceededException', statusCode: 400 });
    expect(message).toMatch(/^The final policy size \(20[4-9]\d\d\) is bigger than the limit \(20480\)\.$/);
    expect(policies.document()?.Statement).toHaveLength(count);
    expect(Buffer.byteLength(policies.get().Policy)).toBeLessThanOrEqual(20_480);
  });
});

describe('a policy over time', () => {
  const missing = { errorType: 'ResourceNotFoundException', statusCode: 404 };
  const wrongRevision = {
    errorType: 'PreconditionFailedException',
    statusCode: 412,
    message:
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  };

  it('is not there before its first statement, nor after its last', () => {
    const policies = createPolicies();
    const gone = { ...missing, message: 'The resource you requested does not exist.' };
    expect(errorOf(() => policies.get())).toEqual(gone);
    expect(policies.document()).toBeUndefined();
    policies.add(permission());
    policies.remove({ StatementId: 'agent' });
    expect(errorOf(() => policies.get())).toEqual(gone);
    expect(policies.document()).toBeUndefined();
  });

  it('loses the statement that is removed, and no other', () => {
    const policies = createPolicies();
    policies.add(permission({ StatementId: 'a' }));
    policies.add(permission({ StatementId: 'b' }));
    policies.remove({ StatementId: 'a' });
    expect(policies.document()?.Statement).toEqual([expect.objectContaining({ Sid: 'b' })]);
  });

  it('cannot lose what it does not hold', () => {
    const policies = createPolicies();
    expect(errorOf(() => policies.remove({ StatementId: 'agent' }))).toEqual({
      ...missing,
      message: 'No policy is associated with the given resource.',
    });
    policies.add(permission());
    expect(errorOf(() => policies.remove({ StatementId: 'other' }))).toEqual({
      ...missing,
      message: 'Statement other is not found in resource policy.',
    });
    expect(errorOf(() => policies.remove({ StatementId: 'a b' })).errorType).toBe('ValidationException');
  });

  it('has a new revision after each change, and only then', () => {
    const policies = createPolicies();
    const revisions = [];
    for (const StatementId of ['a', 'b', 'c']) {
      policies.add(permission({ StatementId }));
      revisions.push(policies.get().RevisionId);
      expect(policies.get().RevisionId).toBe(revisions.at(-1));
    }
    policies.remove({ StatementId: 'b' });
    revisions.push(policies.get().RevisionId);
    expect(new Set(revisions).size).toBe(4);
    expect(revisions[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('changes only in the revision that is asked for', () => {
    const policies = createPolicies();
    expect(errorOf(() => policies.add(permission({ RevisionId: 'x' })))).toEqual(wrongRevision);
    policies.add(permission({ StatementId: 'a' }));
    const first = policies.get().RevisionId;
    policies.add(permission({ StatementId: 'b', RevisionId: first }));
    expect(errorOf(() => policies.add(permission({ StatementId: 'c', RevisionId: first })))).toEqual(wrongRevision);
    expect(errorOf(() => policies.remove({ StatementId: 'a', RevisionId: first }))).toEqual(wrongRevision);
    policies.remove({ StatementId: 'a', RevisionId: policies.get().RevisionId });
    expect(policies.document()?.Statement).toHaveLength(1);
  });

  it('is one for the function and one for each version and alias', () => {
    const policies = createPolicies();
    policies.add(permission());
    policies.add(permission({ Qualifier: 'prod', Principal: '*' }));
    policies.add(permission({ Qualifier: '1', Principal: '444455556666' }));
    expect(policies.document('prod')?.Statement).toEqual([
      expect.objectContaining({ Principal: '*', Resource: `${FUNCTION}:prod` }),
    ]);
    policies.remove({ StatementId: 'agent', Qualifier: 'prod' });
    expect(policies.document('prod')).toBeUndefined();
    expect(policies.document('1')?.Statement).toHaveLength(1);
    expect(policies.document()?.Statement).toEqual([expect.objectContaining({ Resource: FUNCTION })]);
    expect(policies.document('$LATEST')).toEqual(policies.document());
    expect(errorOf(() => policies.get('test'))).toEqual(expect.objectContaining(missing));
  });
});

describe('what IAM makes of it', () => {
  const policies = createPolicies();
  policies.add(permission({ StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' }));
  policies.add(permission({ StatementId: 'invoke', InvokedViaFunctionUrl: true }));
  policies.add(permission({ StatementId: 's3', Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::bucket' }));

  const may = (action: string, context: Record<string, string>, resource = FUNCTION) => {
    const lines: string[] = [];
    const resourcePolicy = policies.document();
    const { allowed } = decide(
      {
        principal: {
          arn: ROLE,
          sessionArn: 'arn:aws:sts::111122223333:assumed-role/agent/run-1',
          accountId: '111122223333',
          uniqueId: 'AROAEXAMPLEAGENT0001A',
          identityPolicies: [],
        },
        action,
        resource,
        resourceAccountId: '111122223333',
        ...(resourcePolicy && { resourcePolicy }),
        context,
      },
      (line) => lines.push(line),
    );
    expect(lines).toEqual([]);
    return allowed;
  };

  it.each<[string, boolean, string, Record<string, string>, string?]>([
    ['the URL', true, 'lambda:InvokeFunctionUrl', { 'lambda:FunctionUrlAuthType': 'AWS_IAM' }],
    ['the call behind the URL', true, 'lambda:InvokeFunction', { 'lambda:InvokedViaFunctionUrl': 'true' }],
    ['the Invoke API', false, 'lambda:InvokeFunction', {}],
    ['an alias', false, 'lambda:InvokeFunction', { 'lambda:InvokedViaFunctionUrl': 'true' }, `${FUNCTION}:prod`],
    ['the Invoke API, claiming a source', false, 'lambda:InvokeFunction', { 'aws:SourceArn': 'arn:aws:s3:::bucket' }],
  ])('%s: %s', (_name, allowed, action, context, resource) => {
    expect(may(action, context, resource)).toBe(allowed);
  });
});
