import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { callerStatements, type InvokeVia, McpFunction, type McpFunctionProps } from '../../infra/index.ts';

const entry = fileURLToPath(import.meta.url);
// No bundling, and CDK holds each template against CloudFormation's rules.
const CONTEXT = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };
const HERE = { account: '111122223333', region: 'eu-central-1' };
const THERE = { account: '444455556666', region: 'eu-central-1' };
const AGENT_THERE = 'arn:aws:iam::444455556666:role/agent';

const newApp = () => new App({ context: CONTEXT });

/** What a grant writes: the properties of each permission, and the statements of each identity policy. */
function written(
  grantee: (stack: Stack) => iam.IGrantable,
  via: InvokeVia | undefined,
  props: Partial<McpFunctionProps> = {},
) {
  const stack = new Stack(newApp(), 'Stack', { env: HERE });
  const tools = new McpFunction(stack, 'Tools', { entry, ...props });
  tools.grantInvoke(grantee(stack), via && { via });
  const template = Template.fromStack(stack);
  return {
    permissions: Object.values(template.findResources('AWS::Lambda::Permission')).map((one) => one.Properties),
    identity: statementsOf(template, /^Agent/),
    text: JSON.stringify(template.toJSON()),
  };
}

function statementsOf(template: Template, id: RegExp): unknown[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([name]) => id.test(name))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
}

const agentRole = (stack: Stack) => new iam.Role(stack, 'Agent', { assumedBy: new iam.AccountRootPrincipal() });
const FUNCTION_ARN = { 'Fn::GetAtt': ['ToolsFunctionF68D6A82', 'Arn'] };
const EVERY_VERSION = { 'Fn::Join': ['', [FUNCTION_ARN, ':*']] };
const ALIAS_ARN = { Ref: 'ToolsFunctionAliaslive25F6CE17' };

/** @param yes as CDK writes it; as a string it is the same to IAM */
const urlStatements = (arn: unknown, yes: true | 'true' = true) => [
  {
    Action: 'lambda:InvokeFunctionUrl',
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
    Effect: 'Allow',
    Resource: arn,
  },
  {
    Action: 'lambda:InvokeFunction',
    Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': yes } },
    Effect: 'Allow',
    Resource: arn,
  },
];
const invokeStatement = (arn: unknown) => ({ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: arn });
const urlPermissions = (principal: object, arn: unknown = FUNCTION_ARN) => [
  { Action: 'lambda:InvokeFunctionUrl', FunctionName: arn, FunctionUrlAuthType: 'AWS_IAM', ...principal },
  { Action: 'lambda:InvokeFunction', FunctionName: arn, InvokedViaFunctionUrl: true, ...principal },
];
const invokePermission = (principal: object, arn: unknown = FUNCTION_ARN) => ({
  Action: 'lambda:InvokeFunction',
  FunctionName: arn,
  ...principal,
});

describe('a role of the stack gets an identity policy and nothing else', () => {
  it.each([
    { via: undefined, statements: urlStatements(FUNCTION_ARN) },
    { via: 'url' as const, statements: urlStatements(FUNCTION_ARN) },
    { via: 'invoke' as const, statements: [invokeStatement([FUNCTION_ARN, EVERY_VERSION])] },
    {
      via: 'both' as const,
      statements: [...urlStatements(FUNCTION_ARN), invokeStatement([FUNCTION_ARN, EVERY_VERSION])],
    },
  ])('via $via', ({ via, statements }) => {
    expect(written(agentRole, via)).toMatchObject({ identity: statements, permissions: [] });
  });

  it('for the alias, where the alias carries the URL', () => {
    const { identity } = written(agentRole, 'both', { provisionedConcurrentExecutions: 1 });
    expect(identity).toEqual([...urlStatements(ALIAS_ARN), invokeStatement(ALIAS_ARN)]);
  });
});

describe('anybody else gets in by the resource policy', () => {
  it.each([
    {
      who: 'a role named by its ARN, of this account',
      grantee: new iam.ArnPrincipal('arn:aws:iam::111122223333:role/agent'),
      principal: { Principal: 'arn:aws:iam::111122223333:role/agent' },
    },
    {
      who: 'a role named by its ARN, of another account',
      grantee: new iam.ArnPrincipal(AGENT_THERE),
      principal: { Principal: AGENT_THERE },
    },
    { who: 'an account', grantee: new iam.AccountPrincipal('444455556666'), principal: { Principal: '444455556666' } },
    {
      who: 'an organisation',
      grantee: new iam.OrganizationPrincipal('o-a1b2c3d4e5'),
      principal: { Principal: '*', PrincipalOrgID: 'o-a1b2c3d4e5' },
    },
    {
      who: 'everybody of an organisation',
      grantee: new iam.AnyPrincipal().inOrganization('o-a1b2c3d4e5'),
      principal: { Principal: '*', PrincipalOrgID: 'o-a1b2c3d4e5' },
    },
  ])('$who', ({ grantee, principal }) => {
    expect(written(() => grantee, 'url')).toMatchObject({ identity: [], permissions: urlPermissions(principal) });
    expect(written(() => grantee, 'invoke').permissions).toEqual([invokePermission(principal)]);
    expect(written(() => grantee, 'both').permissions).toEqual([
      ...urlPermissions(principal),
      invokePermission(principal),
    ]);
    const warm = written(() => grantee, 'url', { provisionedConcurrentExecutions: 1 });
    expect(warm.permissions).toEqual(urlPermissions(principal, ALIAS_ARN));
  });

  it('a role of another account in the same app gets both sides', () => {
    const app = newApp();
    const here = new Stack(app, 'Here', { env: HERE });
    const there = new Stack(app, 'There', { env: THERE });
    const role = new iam.Role(there, 'Agent', {
      assumedBy: new iam.AccountRootPrincipal(),
      roleName: 'agent',
    });
    const tools = new McpFunction(here, 'Tools', { entry, functionName: 'tools' });
    tools.grantInvoke(role);
    const arn = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':lambda:eu-central-1:111122223333:function:tools']],
    };
    expect(statementsOf(Template.fromStack(there), /^Agent/)).toEqual(urlStatements(arn));
    const principal = {
      Principal: {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::444455556666:role/agent']],
      },
    };
    const permissions = Object.values(Template.fromStack(here).findResources('AWS::Lambda::Permission'));
    expect(permissions.map((one) => one.Properties)).toEqual(urlPermissions(principal));
  });
});

describe('a principal that only the deployment knows', () => {
  it('gets in as any other does, each by permissions of its own', () => {
    const stack = new Stack(newApp(), 'Stack');
    const tools = new McpFunction(stack, 'Tools', { entry });
    const role = (name: string) => `arn:${stack.partition}:iam::${stack.account}:role/${name}`;
    for (const name of ['one', 'one', 'two']) tools.grantInvoke(new iam.ArnPrincipal(role(name)));
    tools.grantInvoke(new iam.AccountPrincipal(stack.account), { via: 'both' });
    const permissions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Permission'));
    const byPrincipal = Map.groupBy(permissions, ({ Properties }) => JSON.stringify(Properties.Principal));
    expect([...byPrincipal.values()].map(({ length }) => length)).toEqual([2, 2, 3]);
    const written = permissions.map(({ Properties }) => Properties);
    expect(written).toEqual(expect.arrayContaining(urlPermissions({ Principal: { Ref: 'AWS::AccountId' } })));
  });
});

describe('callerStatements', () => {
  const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:tools';
  const json = (via?: InvokeVia) => callerStatements(arn, via && { via }).map((statement) => statement.toJSON());

  it('are what a grant writes into a role of the stack', () => {
    expect(json()).toEqual(urlStatements(arn, 'true'));
    expect(json('url')).toEqual(urlStatements(arn, 'true'));
    expect(json('invoke')).toEqual([invokeStatement(arn)]);
  });

  it('say InvokeFunction once for both, since without a condition it covers the URL too', () => {
    expect(json('both')).toEqual([urlStatements(arn)[0], invokeStatement(arn)]);
  });
});

describe('what a grant never does', () => {
  const grantees = [
    agentRole,
    () => new iam.ArnPrincipal(AGENT_THERE),
    () => new iam.OrganizationPrincipal('o-a1b2c3d4e5'),
  ];

  it('via url, open the Invoke API', () => {
    for (const grantee of grantees) {
      const { identity, permissions } = written(grantee, 'url');
      const invokes = [...identity, ...permissions].filter((one) =>
        JSON.stringify(one).includes('lambda:InvokeFunction"'),
      );
      expect(invokes).toHaveLength(1);
      expect(JSON.stringify(invokes)).toMatch(/"(lambda:)?InvokedViaFunctionUrl":true/);
    }
  });

  it('via invoke, open the URL', () => {
    for (const grantee of grantees) expect(written(grantee, 'invoke').text).not.toContain('lambda:InvokeFunctionUrl');
  });

  it('use a wildcard action', () => {
    for (const grantee of grantees) expect(written(grantee, 'both').text).not.toMatch(/"Action":"[^"]*\*|lambda:\*/);
  });

  it.each<[string, iam.IGrantable, string]>([
    ['roles by a wildcard', new iam.ArnPrincipal(`arn:aws:iam::${HERE.account}:role/*`), 'holds no wildcards'],
    ['every account', new iam.AccountPrincipal('*'), 'holds no wildcards'],
    ['a session by a wildcard', new iam.ArnPrincipal(`arn:aws:sts::${HERE.account}:assumed-role/agent/*`), 'wildcards'],
    ['a group', new iam.ArnPrincipal(`arn:aws:iam::${HERE.account}:group/devs`), 'A group is no principal'],
    [
      'no organization',
      new iam.AnyPrincipal().withConditions({ StringEquals: { 'aws:PrincipalOrgID': 'o-*' } }),
      'is no organization',
    ],
  ])('let in %s, as the command would not', (_, grantee, why) => {
    expect(() => written(() => grantee, 'url')).toThrow(why);
  });

  it('let in a service for anybody without a warning', () => {
    const warnings = (conditions: Record<string, unknown>) => {
      const stack = new Stack(newApp(), 'Stack', { env: HERE });
      const service = new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com', { conditions });
      new McpFunction(stack, 'Tools', { entry }).grantInvoke(service);
      return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('aws:SourceArn')).length;
    };
    expect(warnings({})).toBe(1);
    expect(
      warnings({ ArnLike: { 'aws:SourceArn': `arn:aws:bedrock-agentcore:eu-central-1:${HERE.account}:gateway/x` } }),
    ).toBe(0);
  });

  it('let everybody in', () => {
    const everybody = [
      new iam.AnyPrincipal(),
      new iam.StarPrincipal(),
      new iam.ArnPrincipal('*'),
      new iam.AnyPrincipal().withConditions({ StringEquals: { 'aws:SourceAccount': '111122223333' } }),
      new iam.AnyPrincipal().withConditions({ StringLike: { 'aws:PrincipalOrgID': '*' } }),
    ];
    for (const principal of everybody) {
      expect(() => written(() => principal, 'url')).toThrow('would let every AWS account call the function');
    }
  });
});
