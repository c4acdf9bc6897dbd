import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { McpFunction, McpRestApi, type McpRestApiProps } from 'lambda-mcp/infra';
import { describe, expect, it } from 'vitest';
import { works } from '../support/programs.ts';
import { newPath } from '../support/scratch.ts';

const run = promisify(execFile);
const hasCfnLint = await works('cfn-lint', ['--version']);
const entry = fileURLToPath(new URL('../../examples/quickstart/server.ts', import.meta.url));

type Way = (stack: Stack) => Omit<McpRestApiProps, 'server'>;

function build(propsOf: Way) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
  const server = new McpFunction(stack, 'Tools', { entry });
  const api = new McpRestApi(stack, 'Api', { server, ...propsOf(stack) });
  const role = new iam.Role(stack, 'Agent', { assumedBy: new iam.AccountPrincipal('444455556666') });
  api.grantInvoke(role);
  return { app, stack };
}

const synth = (propsOf: Way) => Template.fromStack(build(propsOf).stack);

const domainOf = (stack: Stack) => ({
  domainName: 'tools.example.com',
  certificate: Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:us-east-1:111122223333:certificate/a'),
});
const poolOf = (stack: Stack) => UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_pool');
const WAYS: Record<string, Way> = {
  iam: () => ({
    authorization: 'iam',
    usagePlan: { throttle: { rateLimit: 10, burstLimit: 20 } },
    webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/a/b',
  }),
  lambda: (stack) => ({
    authorization: 'lambda',
    authorizer: new apigateway.TokenAuthorizer(stack, 'Authorizer', {
      handler: new lambda.Function(stack, 'Verify', {
        runtime: lambda.Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline('exports.handler = async () => ({})'),
      }),
    }),
  }),
  cognito: (stack) => ({
    authorization: 'cognito',
    userPools: [poolOf(stack)],
    scopes: ['tools/call'],
    domain: domainOf(stack),
  }),
};
const template = (way: string) => synth(WAYS[way] as Way);

describe('McpRestApi', () => {
  it.each(Object.keys(WAYS))('under %s streams for 15 minutes from a function that takes its events', (way) => {
    const made = template(way);
    const [method] = Object.values(made.findResources('AWS::ApiGateway::Method')).filter(
      ({ Properties }) => Properties.HttpMethod === 'ANY',
    );
    expect(method?.Properties).toMatchObject({
      AuthorizationType: { iam: 'AWS_IAM', lambda: 'CUSTOM', cognito: 'COGNITO_USER_POOLS' }[way],
      ApiKeyRequired: way === 'iam',
      Integration: { ResponseTransferMode: 'STREAM', TimeoutInMillis: 900_000, Type: 'AWS_PROXY' },
    });
    expect(JSON.stringify(method?.Properties.Integration.Uri)).toContain('/response-streaming-invocations');
    made.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { LAMBDA_MCP_REST_API: 'enabled' } },
    });
  });

  it('lets the API alone invoke the function, on its one path, and a role call it', () => {
    const made = template('iam');
    const permissions = Object.values(made.findResources('AWS::Lambda::Permission'));
    expect(permissions.map(({ Properties: { Action, Principal } }) => [Action, Principal])).toEqual([
      ['lambda:InvokeFunction', 'apigateway.amazonaws.com'],
    ]);
    expect(JSON.stringify(permissions[0]?.Properties.SourceArn)).toMatch(/\/\*\/mcp"/);
    const policies = Object.entries(made.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('Agent'));
    const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    expect(statements).toMatchObject([{ Effect: 'Allow', Action: 'execute-api:Invoke' }]);
    expect(JSON.stringify(statements)).toMatch(/execute-api:us-east-1:111122223333:.*\/\*\/mcp"/);
  });

  it('logs who called and the id of the invocation, as JSON', () => {
    const [stage] = Object.values(template('iam').findResources('AWS::ApiGateway::Stage'));
    const { Format } = stage?.Properties.AccessLogSetting ?? {};
    expect(JSON.parse(Format)).toMatchObject({
      awsEndpointRequestId: '$context.awsEndpointRequestId',
      userArn: '$context.identity.userArn',
      principalId: '$context.authorizer.principalId',
    });
    expect(stage?.Properties).toMatchObject({ StageName: 'prod', TracingEnabled: true });
  });

  it('has usage plan, key and web ACL where they are asked for', () => {
    const made = template('iam');
    made.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 1);
    made.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Throttle: { BurstLimit: 20, RateLimit: 10 } });
    made.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    template('lambda').resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  });

  it('tells who has no token where to sign in, at the root of its domain', () => {
    const made = template('cognito');
    made.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'UNAUTHORIZED',
      ResponseParameters: {
        'gatewayresponse.header.WWW-Authenticate':
          '\'Bearer resource_metadata="https://tools.example.com/.well-known/oauth-protected-resource/mcp"\'',
      },
    });
    const mocks = Object.values(made.findResources('AWS::ApiGateway::Method')).filter(
      ({ Properties }) => Properties.HttpMethod === 'GET',
    );
    expect(mocks.map(({ Properties }) => Properties.AuthorizationType)).toEqual(['NONE', 'NONE']);
    const said = JSON.stringify(mocks[0]?.Properties.Integration.IntegrationResponses);
    expect(said).toContain('https://tools.example.com/mcp');
    expect(said).toContain('us-east-1_pool');
    const [mapping] = Object.values(made.findResources('AWS::ApiGateway::BasePathMapping'));
    expect(mapping?.Properties).not.toHaveProperty('BasePath');
    made.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
  });

  it.each<[string, Way, RegExp]>([
    [
      'a domain',
      (stack) => ({ authorization: 'cognito', userPools: [poolOf(stack)] }),
      /needs a domain.*root of the host/,
    ],
    ['user pools', (stack) => ({ authorization: 'cognito', domain: domainOf(stack) }), /needs userPools/],
    ['an authorizer', () => ({ authorization: 'lambda' }), /needs an authorizer/],
  ])('is refused without %s that it needs', (_what, props, why) => {
    expect(() => synth(props)).toThrow(why);
  });

  it.each(Object.keys(WAYS))('under %s has these findings of cdk-nag, and no other', (way) => {
    const { app, stack } = build(WAYS[way] as Way);
    const found = new AwsSolutionsChecks(app).validateScope(stack).violations;
    const rules = found
      .filter(({ violatingResources }) =>
        violatingResources.some(({ constructPath }) => constructPath?.startsWith('Stack/Api')),
      )
      .map(({ ruleName }) => ruleName);
    const documented = readFileSync(new URL('../../docs/rest-api.md', import.meta.url), 'utf8');
    const names = [...new Set(rules.map((rule) => rule.replace(/\[.*/, '').replace('AwsSolutions-', '')))].sort();
    expect(names).toEqual([
      'APIG2',
      ...(way === 'iam' ? [] : ['APIG3']),
      ...(way === 'cognito' ? ['APIG4'] : []),
      'COG4',
      'IAM4',
    ]);
    for (const name of names) expect(documented).toContain(`| ${name} |`);
  });

  it.skipIf(!hasCfnLint).each(Object.keys(WAYS))(
    'under %s is free of findings by cfn-lint (skipped where it is not installed)',
    async (way) => {
      const file = `${newPath()}.json`;
      writeFileSync(file, JSON.stringify(template(way).toJSON()));
      // W3005: CDK writes DependsOn beside a GetAtt that implies it.
      const { stdout } = await run('cfn-lint', ['--ignore-checks', 'W3005', '--', file]).catch((error) => error);
      expect(stdout).toBe('');
    },
    60_000,
  );
});
