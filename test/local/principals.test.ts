import { resolve } from 'node:path';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type LocalPrincipalOptions, startLocalLambda } from 'lambda-mcp/local';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allOfLambda } from '../support/lambda.ts';
import { contents, newPath } from '../support/scratch.ts';

const SSO = { name: 'AWSReservedSSO_Admin_0123456789abcdef', path: '/aws-reserved/sso.amazonaws.com/eu-west-1/' };

describe('a role with a path', () => {
  const roleArn = `arn:aws:iam::111122223333:role${SSO.path}${SSO.name}`;

  it('signs and is let in, by its own policy or by its ARN in the function’s', async () => {
    const lambda = await start([{ ...SSO, sessionName: 'ann@example.com', policies: [allOfLambda] }]);
    expect(lambda.principals[0]?.arn).toBe(roleArn);
    const [credentials] = lambda.principals as [never];
    const client = new LambdaClient({ endpoint: lambda.lambdaEndpoint, region: lambda.region, credentials });
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: lambda.functionName }));
    expect(Configuration?.FunctionArn).toBe(lambda.functionArn);
    const permission = { StatementId: 'sso', Action: 'lambda:InvokeFunction', Principal: roleArn };
    await start([SSO], [permission]);
    await expect(start([SSO], [{ ...permission, Principal: roleArn.replace(SSO.path, '/') }])).rejects.toThrow(
      /principal/,
    );
  });

  it('is recorded by both its ARNs', async () => {
    const lambda = await start([{ ...SSO, policies: [allOfLambda] }]);
    const { sigv4Fetch } = await import('lambda-mcp/fetch');
    const [credentials] = lambda.principals as [never];
    await sigv4Fetch({ credentials, region: lambda.region, stateless: false })(lambda.functionUrl);
    const { userIdentity } = JSON.parse(contents(lambda.trailFile));
    expect(userIdentity).toMatchObject({
      arn: `arn:aws:sts::111122223333:assumed-role/${SSO.name}/local`,
      sessionContext: { sessionIssuer: { arn: roleArn, userName: SSO.name } },
    });
  });
});

it.each<[string, LocalPrincipalOptions, RegExp]>([
  ['a path in the name', { name: 'team/agent' }, /Give the path by itself: \{ name: 'agent', path: '\/team\/' \}/],
  ['no name', { name: '' }, /needs a name/],
  ['a name with a space', { name: 'my agent' }, /needs a name/],
  ['a path without its slashes', { name: 'agent', path: 'team' }, /must begin and end with a slash/],
  ['a session name with a space', { name: 'agent', sessionName: 'a b' }, /cannot be set up: .* is not a session/],
  ['an account that is none', { name: 'agent', accountId: '12' }, /cannot be set up: /],
])('a principal that AWS could not have is refused at once: %s', async (_name, principal, message) => {
  await expect(start([principal])).rejects.toThrow(message);
});

async function start(
  principals: LocalPrincipalOptions[],
  permissions: Parameters<typeof startLocalLambda>[0]['permissions'] = [],
) {
  const entry = resolve(import.meta.dirname, '../fixtures/execution/responses.ts');
  const files = { trailFile: newPath(), logFile: newPath() };
  const lambda = await startLocalLambda({ entry, exportName: 'echo', principals, permissions, ...files });
  onTestFinished(() => lambda.close());
  return lambda;
}
