import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as agentcore from 'aws-cdk-lib/aws-bedrockagentcore';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { McpAuth, McpFunction, McpGatewayTarget, McpUserPool } from 'lambda-mcp/infra';
import { describe, expect, it } from 'vitest';
import { newPath } from '../support/scratch.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/gateway/${name}`, import.meta.url));
const env = { account: '111122223333', region: 'us-east-1' };

function newStack(bundles = false) {
  const context = bundles ? {} : { 'aws:cdk:bundling-stacks': [] };
  return new Stack(new App({ outdir: newPath(), context }), 'Stack', { env });
}
const newGateway = (stack: Stack) =>
  new agentcore.Gateway(stack, 'Gateway', { authorizerConfiguration: agentcore.GatewayAuthorizer.usingAwsIam() });

/** The statements of a gateway's role, without those that CDK gives every gateway. */
function statementsOf(template: Template) {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.startsWith('Gateway'),
  );
  return policies
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => JSON.stringify(Action).includes('lambda:'));
}

describe('addToGateway', () => {
  const stack = newStack();
  const tools = new McpFunction(stack, 'Tools', { entry: fixture('server.ts') });
  tools.addToGateway(newGateway(stack), { name: 'tools', allowedRequestHeaders: ['x-end-user'] });
  const template = Template.fromStack(stack);

  it('has the gateway sign for lambda as its role, at the URL of the function', () => {
    const [target] = Object.values(template.findResources('AWS::BedrockAgentCore::GatewayTarget'));
    expect(target?.Properties).toMatchObject({
      Name: 'tools',
      CredentialProviderConfigurations: [
        {
          CredentialProviderType: 'GATEWAY_IAM_ROLE',
          CredentialProvider: { IamCredentialProvider: { Service: 'lambda', Region: 'us-east-1' } },
        },
      ],
      MetadataConfiguration: { AllowedRequestHeaders: ['x-end-user'] },
    });
    const { Endpoint } = target?.Properties.TargetConfiguration.Mcp.McpServer ?? {};
    expect(Endpoint['Fn::Join'][1]).toEqual([{ 'Fn::GetAtt': [expect.any(String), 'FunctionUrl'] }, 'mcp']);
  });

  it('lets the role do what a URL needs, and no more, before the target is made', () => {
    const FunctionArn = { 'Fn::GetAtt': [expect.stringMatching(/^ToolsFunction/), 'Arn'] };
    expect(statementsOf(template)).toEqual([
      {
        Action: 'lambda:InvokeFunctionUrl',
        Effect: 'Allow',
        Resource: FunctionArn,
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: FunctionArn,
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } },
      },
    ]);
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) => id.startsWith('Gateway'));
    const [target] = Object.values(template.findResources('AWS::BedrockAgentCore::GatewayTarget'));
    expect(target?.DependsOn).toContain(policy);
  });

  it('has the gateway stream', () => {
    template.hasResourceProperties('AWS::BedrockAgentCore::Gateway', {
      ProtocolConfiguration: { Mcp: { StreamingConfiguration: { EnableResponseStreaming: true } } },
    });
  });

  it('takes a gateway of another app, and says what it cannot set', () => {
    const other = newStack();
    const role = iam.Role.fromRoleArn(other, 'Role', 'arn:aws:iam::111122223333:role/gateway');
    const gateway = agentcore.Gateway.fromGatewayAttributes(other, 'Theirs', {
      gatewayArn: 'arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/g-abcdefghij',
      gatewayId: 'g-abcdefghij',
      gatewayName: 'g',
      role,
    });
    const mine = new McpFunction(other, 'Tools', { entry: fixture('server.ts') });
    mine.addToGateway(gateway, { name: 'tools' });
    expect(JSON.stringify(mine.node.metadata)).toContain('enableResponseStreaming');
    Template.fromStack(other).resourceCountIs('AWS::BedrockAgentCore::GatewayTarget', 1);
  });

  it('is refused where callers sign in by OAuth', () => {
    const other = newStack();
    const pool = new McpUserPool(other, 'Pool', { domainPrefix: 'tools', scopes: { call: 'Calls.' } });
    const signedIn = new McpFunction(other, 'Tools', { entry: fixture('server.ts'), auth: McpAuth.userPool(pool) });
    expect(() => signedIn.addToGateway(newGateway(other), { name: 'tools' })).toThrow(/sign in by OAuth/);
  });

  it.each<[string, string, RegExp | undefined]>([
    ['handler', 'are written out', undefined],
    [
      'withReferences',
      'refer to themselves',
      /takes no tools whose schemas have references: tree \(inputSchema.*dereference: true/,
    ],
  ])('asks the server at synthesis: of %s the schemas %s', (handler, _what, refusal) => {
    const other = newStack(true);
    const mine = new McpFunction(other, 'Tools', { entry: fixture('server.ts'), handler });
    const add = () => mine.addToGateway(newGateway(other), { name: 'tools' });
    if (refusal) return expect(add).toThrow(refusal);
    add();
    return expect(JSON.stringify(mine.node.metadata)).not.toContain('could not be checked');
  });
});

describe('McpGatewayTarget', () => {
  it.each(['target.ts', 'target-v1.ts'])('declares the tools of %s, and lets the gateway invoke it', (file) => {
    const stack = newStack(true);
    new McpGatewayTarget(stack, 'Tools', { gateway: newGateway(stack), name: 'plain', entry: fixture(file) });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Url', 0);
    const [target] = Object.values(template.findResources('AWS::BedrockAgentCore::GatewayTarget'));
    const declared = target?.Properties.TargetConfiguration.Mcp.Lambda.ToolSchema.InlinePayload;
    const byName = Object.fromEntries(declared.map((tool: { Name: string }) => [tool.Name, tool]));
    expect(Object.keys(byName).sort()).toEqual(['fail', 'find', 'huge', 'picture', 'slow', 'tree', 'whoami']);
    expect(byName.find).toEqual({
      Name: 'find',
      Description: 'Finds.',
      InputSchema: {
        Type: 'object',
        Properties: {
          colour: { Type: 'string', Description: 'What it looks like. One of: "red", "green".' },
          size: { Type: 'number' },
        },
        Required: ['colour', 'size'],
      },
    });
    expect(statementsOf(template)).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: [expect.anything(), expect.anything()],
      },
    ]);
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) => id.startsWith('Gateway'));
    expect(target?.DependsOn).toContain(policy);
  });

  it('says why a server does not tell its tools', () => {
    const stack = newStack(true);
    const make = () =>
      new McpGatewayTarget(stack, 'Tools', { gateway: newGateway(stack), name: 'plain', entry: fixture('server.ts') });
    expect(make).toThrow(/Stack\/Tools: the server does not say which tools it has.*createGatewayTargetHandler/);
  });
});

it('has these findings of cdk-nag, and no other', () => {
  const stack = newStack();
  const gateway = newGateway(stack);
  new McpFunction(stack, 'Tools', { entry: fixture('server.ts') }).addToGateway(gateway, { name: 'tools' });
  new McpGatewayTarget(stack, 'Plain', { gateway, name: 'plain', entry: fixture('target.ts') });
  const found = new AwsSolutionsChecks(stack.node.root as App).validateScope(stack).violations;
  expect(found.map(({ ruleName }) => ruleName)).toEqual([
    // CDK grants a function's versions with it; traces can be limited to no resource.
    'AwsSolutions-IAM5[Resource::<PlainFunction4040295C.Arn>:*]',
    'AwsSolutions-IAM5[Resource::*]',
  ]);
});
