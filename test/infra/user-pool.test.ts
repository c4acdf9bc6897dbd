import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { McpAuth, McpFunction, McpRestApi, McpUserPool, type McpUserPoolProps } from '../../infra/index.ts';

const entry = fileURLToPath(import.meta.url);
const CONTEXT = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };
const scopes = { call: 'Call the tools', admin: 'Change things' };

function make(props: Partial<McpUserPoolProps> = {}) {
  const app = new App({ context: CONTEXT });
  const stack = new Stack(app, 'Stack');
  const pool = new McpUserPool(stack, 'People', { domainPrefix: 'my-tools', scopes, ...props });
  const tools = new McpFunction(stack, 'Tools', { entry, auth: McpAuth.userPool(pool) });
  return { app, stack, pool, tools };
}

const propertiesOf = (template: Template, type: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
  Object.values(template.findResources(type)).map(({ Properties }) => Properties as any);

describe('McpUserPool', () => {
  const { stack } = make({ machineClient: true });
  const template = Template.fromStack(stack);
  const [pool] = propertiesOf(template, 'AWS::Cognito::UserPool');
  const clients = propertiesOf(template, 'AWS::Cognito::UserPoolClient');
  const people = clients.find(({ GenerateSecret }) => !GenerateSecret);
  const machine = clients.find(({ GenerateSecret }) => GenerateSecret);

  it('lets nobody sign up, and asks for a second factor', () => {
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UserPoolTier: 'ESSENTIALS',
    });
  });

  it('has a public client with an exact callback, a code flow and rotating refresh tokens', () => {
    expect(people).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      CallbackURLs: ['http://localhost:33418/callback'],
      EnableTokenRevocation: true,
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
      AccessTokenValidity: 15,
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect(JSON.stringify(people.AllowedOAuthScopes)).toMatch(/openid.*\/call.*\/admin/);
  });

  it('has a client for machines where it is asked for', () => {
    expect(machine).toMatchObject({ AllowedOAuthFlows: ['client_credentials'] });
    expect(JSON.stringify(machine.AllowedOAuthScopes)).not.toContain('openid');
    expect(propertiesOf(Template.fromStack(make().stack), 'AWS::Cognito::UserPoolClient')).toHaveLength(1);
  });

  it('has managed login, and a resource server that may be a URL', () => {
    expect(propertiesOf(template, 'AWS::Cognito::UserPoolDomain')).toEqual([
      expect.objectContaining({ Domain: 'my-tools', ManagedLoginVersion: 2 }),
    ]);
    expect(propertiesOf(template, 'AWS::Cognito::ManagedLoginBranding')).toHaveLength(1);
    const url = make({ resourceServer: 'https://mcp.example.com' });
    expect(propertiesOf(Template.fromStack(url.stack), 'AWS::Cognito::UserPoolResourceServer')[0]).toMatchObject({
      Identifier: 'https://mcp.example.com',
      Name: 'mcp-scopes',
    });
  });

  it.each([
    ['us-gov-west-1', 'auth-fips'],
    ['eu-west-1', 'auth'],
  ])('says where people sign in in %s', (region, label) => {
    const stack = new Stack(new App({ context: CONTEXT }), 'Stack', { env: { account: '111122223333', region } });
    new McpUserPool(stack, 'People', { domainPrefix: 'my-tools', scopes });
    const outputs = JSON.stringify(Template.fromStack(stack).findOutputs('*'));
    expect(outputs).toContain(`.${label}.${region}.amazoncognito.com`);
  });

  it('may leave out the second factor', () => {
    const [off] = propertiesOf(Template.fromStack(make({ mfa: cognito.Mfa.OFF }).stack), 'AWS::Cognito::UserPool');
    expect(off).toMatchObject({ MfaConfiguration: 'OFF' });
  });
});

describe('a function with auth', () => {
  const { stack, tools } = make({ machineClient: true });
  const template = Template.fromStack(stack);

  it('has a URL of auth type NONE, and everything that cognito() reads', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Url')).toEqual([
      expect.objectContaining({ AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' }),
    ]);
    const [{ Environment }] = propertiesOf(template, 'AWS::Lambda::Function');
    expect(Environment.Variables).toMatchObject({
      LAMBDA_MCP_AUTH: 'oauth',
      COGNITO_USER_POOL_ID: { Ref: expect.any(String) },
      COGNITO_DOMAIN: { Ref: expect.any(String) },
      COGNITO_RESOURCE_SERVER: 'mcp',
      COGNITO_ALLOWED_CLIENT_IDS: { 'Fn::Join': ['', [expect.anything(), ',', expect.anything()]] },
    });
  });

  it('lets everybody reach the URL, and nobody the Invoke API', () => {
    const permissions = propertiesOf(template, 'AWS::Lambda::Permission');
    expect(
      permissions.map(({ Action, Principal, FunctionUrlAuthType, InvokedViaFunctionUrl }) => [
        Action,
        Principal,
        FunctionUrlAuthType ?? InvokedViaFunctionUrl,
      ]),
    ).toEqual([
      ['lambda:InvokeFunctionUrl', '*', 'NONE'],
      ['lambda:InvokeFunction', '*', true],
    ]);
  });

  it('takes no grants, which would mean nothing', () => {
    expect(() => tools.grantInvoke(new iam.AccountPrincipal('111122223333'))).toThrow('second McpFunction');
  });

  it('knows the URL that its clients know, where that is another', () => {
    const { stack: other, pool } = make();
    const auth = McpAuth.userPool(pool, { serverUrl: 'https://mcp.example.com/' });
    new McpFunction(other, 'Named', { entry, auth });
    expect(JSON.stringify(Template.fromStack(other))).toContain('"MCP_SERVER_URL":"https://mcp.example.com/"');
  });
});

describe('a REST API with the pool', () => {
  function front(serverUrl?: string) {
    const { stack, pool } = make({ machineClient: true });
    const auth = McpAuth.userPool(pool, serverUrl === undefined ? {} : { serverUrl });
    const server = new McpFunction(stack, 'Named', { entry, auth });
    const certificate = Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:us-east-1:111122223333:certificate/a');
    const domain = { domainName: 'tools.example.com', certificate };
    const userPools = [pool.userPool];
    new McpRestApi(stack, 'Api', { server, authorization: 'cognito', userPools, scopes: ['mcp/call'], domain });
    return Template.fromStack(stack);
  }

  it('has an authorizer of this pool, metadata at the root of its domain, and a server that knows that URL', () => {
    const made = front('https://tools.example.com/mcp');
    const [poolId = ''] = Object.keys(made.findResources('AWS::Cognito::UserPool'));
    const [authorizer] = propertiesOf(made, 'AWS::ApiGateway::Authorizer');
    expect(authorizer).toMatchObject({
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: [{ 'Fn::GetAtt': [poolId, 'Arn'] }],
      IdentitySource: 'method.request.header.Authorization',
    });
    const methods = propertiesOf(made, 'AWS::ApiGateway::Method');
    const any = methods.filter(({ HttpMethod }) => HttpMethod === 'ANY');
    expect(any).toEqual([
      expect.objectContaining({ AuthorizationType: 'COGNITO_USER_POOLS', AuthorizationScopes: ['mcp/call'] }),
    ]);
    // Whoever asks where to sign in has no token yet.
    const open = methods.filter(({ AuthorizationType }) => AuthorizationType === 'NONE');
    expect(open.map(({ HttpMethod }) => HttpMethod)).toEqual(['GET', 'GET']);
    const paths = Object.entries(made.findResources('AWS::ApiGateway::Resource')).map(([id, { Properties }]) => [
      Properties.PathPart,
      Properties.ParentId.Ref ?? 'the root',
      id,
    ]);
    const below = (parent: string) => paths.filter(([, at]) => at === parent).map(([part]) => part);
    expect(below('the root').sort()).toEqual(['.well-known', 'mcp']);
    const idOf = (part: string, parent: string) =>
      paths.find(([name, at]) => name === part && at === parent)?.[2] ?? '';
    const wellKnown = idOf('.well-known', 'the root');
    expect(below(wellKnown)).toEqual(['oauth-protected-resource']);
    expect(below(idOf('oauth-protected-resource', wellKnown))).toEqual(['mcp']);
    for (const { Integration } of open) {
      const document = JSON.stringify(Integration.IntegrationResponses[0].ResponseTemplates['application/json']);
      expect(document).toContain('https://tools.example.com/mcp');
      expect(document).toContain('https://cognito-idp.');
      expect(document).toContain(poolId);
      expect(document).toContain('mcp/call');
    }
    expect(propertiesOf(made, 'AWS::ApiGateway::DomainName')).toEqual([
      expect.objectContaining({ DomainName: 'tools.example.com', SecurityPolicy: 'TLS_1_2' }),
    ]);
    // An empty base path: with another the metadata would not be at the root.
    expect(propertiesOf(made, 'AWS::ApiGateway::BasePathMapping')[0]).not.toHaveProperty('BasePath');
    made.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
    made.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          LAMBDA_MCP_AUTH: 'oauth',
          // Its URL, which everybody reaches, would be a way around the API.
          LAMBDA_MCP_REST_API: 'only',
          MCP_SERVER_URL: 'https://tools.example.com/mcp',
          COGNITO_USER_POOL_ID: { Ref: poolId },
        }),
      },
    });
  });

  it('is refused under IAM, whose signature takes the place of a token', () => {
    const { stack, tools } = make();
    expect(() => new McpRestApi(stack, 'Api', { server: tools, authorization: 'iam' })).toThrow(
      /Leave out the server's auth/,
    );
  });

  it('names a pool of another region by that', () => {
    const stack = new Stack(new App({ context: CONTEXT }), 'Stack');
    const certificate = Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:us-east-1:111122223333:certificate/a');
    const arn = 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Pool1';
    new McpRestApi(stack, 'Api', {
      server: new McpFunction(stack, 'Tools', { entry }),
      authorization: 'cognito',
      userPools: [cognito.UserPool.fromUserPoolArn(stack, 'Pool', arn)],
      domain: { domainName: 'tools.example.com', certificate },
    });
    const methods = JSON.stringify(propertiesOf(Template.fromStack(stack), 'AWS::ApiGateway::Method'));
    expect(methods).toContain('https://cognito-idp.eu-west-1.');
  });

  it.each([undefined, 'https://tools.example.com/'])('is refused in front of a server that thinks to be %s', (url) => {
    expect(() => front(url)).toThrow("serverUrl: 'https://tools.example.com/mcp'");
  });
});

describe('IAM and OAuth for the same server are two functions', () => {
  const { stack } = make();
  const withIam = new McpFunction(stack, 'WithIam', { entry });
  withIam.grantInvoke(new iam.AccountPrincipal('444455556666'));
  const template = Template.fromStack(stack);

  it('and no grant to everybody reaches the one with IAM', () => {
    const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
    const [iamId = ''] = functions.find(([id]) => id.startsWith('WithIam')) ?? [];
    const [oauthId = ''] = functions.find(([id]) => id.startsWith('Tools')) ?? [];
    const reached = propertiesOf(template, 'AWS::Lambda::Permission').map(({ Principal, FunctionName }) => [
      Principal,
      JSON.stringify(FunctionName).includes(iamId)
        ? 'iam'
        : JSON.stringify(FunctionName).includes(oauthId)
          ? 'oauth'
          : '?',
    ]);
    expect(reached.filter(([principal]) => principal === '*').map(([, which]) => which)).toEqual(['oauth', 'oauth']);
    expect(reached.filter(([, which]) => which === 'iam').length).toBeGreaterThan(0);
    const urls = propertiesOf(template, 'AWS::Lambda::Url').map(({ AuthType, TargetFunctionArn }) => [
      AuthType,
      JSON.stringify(TargetFunctionArn).includes(iamId),
    ]);
    expect(urls).toEqual(
      expect.arrayContaining([
        ['AWS_IAM', true],
        ['NONE', false],
      ]),
    );
    const variables = functions.map(([id, { Properties }]) => [
      id.startsWith('WithIam'),
      Properties.Environment?.Variables,
    ]);
    for (const [isIam, given] of variables) if (isIam) expect(given ?? {}).not.toHaveProperty('LAMBDA_MCP_AUTH');
  });

  it.each([new iam.ArnPrincipal('*'), new iam.AnyPrincipal(), new iam.StarPrincipal()])(
    'nor can one be made: %s',
    (everybody) => {
      expect(() => withIam.grantInvoke(everybody)).toThrow('would let every');
    },
  );
});

it('IAM alone stays as it was: AWS_IAM, and no permission for everybody', () => {
  const stack = new Stack(new App({ context: CONTEXT }), 'Stack');
  new McpFunction(stack, 'Tools', { entry });
  const template = Template.fromStack(stack);
  expect(propertiesOf(template, 'AWS::Lambda::Url')[0]).toMatchObject({ AuthType: 'AWS_IAM' });
  expect(propertiesOf(template, 'AWS::Lambda::Permission')).toEqual([]);
});

it.each([
  [cognito.FeaturePlan.ESSENTIALS, ['AwsSolutions-COG8']],
  [cognito.FeaturePlan.PLUS, []],
])('cdk-nag asks for the plan that costs more, and for nothing else: %s', (featurePlan, expected) => {
  const { app, pool } = make({ machineClient: true, featurePlan });
  const found = new AwsSolutionsChecks(app).validateScope(pool).violations.map(({ ruleName }) => ruleName);
  expect(found).toEqual(expected);
});
