import { expect, it } from 'vitest';
import { callerStatementsFor, INVOKE_PERMISSIONS, type InvokeVia } from '../../wire/aws/invoke-permissions.ts';

const Resource = 'arn:aws:lambda:eu-west-1:111122223333:function:tools';
const url = {
  Action: 'lambda:InvokeFunctionUrl',
  Resource,
  Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
};
const viaUrl = {
  Action: 'lambda:InvokeFunction',
  Resource,
  Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
};
const invoke = { Action: 'lambda:InvokeFunction', Resource };

// As the Lambda Developer Guide writes them, "Control access to Lambda function URLs".
it.each<[InvokeVia, object[]]>([
  ['url', [url, viaUrl]],
  ['invoke', [invoke]],
  ['both', [url, invoke]],
])('a caller that comes by %s needs these statements and no other', (via, statements) => {
  expect(callerStatementsFor(via, Resource)).toEqual(statements);
});

// Lambda API Reference, AddPermission.
it('AddPermission is asked for each without its condition, which it writes itself', () => {
  expect(Object.values(INVOKE_PERMISSIONS).map(({ input }) => input)).toEqual([
    { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' },
    { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    { Action: 'lambda:InvokeFunction' },
  ]);
});
