import { fileURLToPath } from 'node:url';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { McpFunction, McpRestApi, type McpRestApiProps } from '../../infra/index.ts';
import { ACCESS_LOG_FIELDS } from '../../wire/access-log.ts';

const entry = fileURLToPath(import.meta.url);
const CONTEXT = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };
const PARTITION = { Ref: 'AWS::Partition' };
const WEB_ACL = 'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/a/b';
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

type Props = Omit<McpRestApiProps, 'server'>;

// biome-ignore lint/suspicious/noExplicitAny: a template may hold anything
type Json = any;

/** The construct's own resources, by the names that follow its own, digits of their hashes left out. */
function synth(propsOf: (stack: Stack) => Props, more?: (api: McpRestApi, stack: Stack) => void) {
  const stack = new Stack(new App({ context: CONTEXT }), 'Stack', {
    env: { account: '111122223333', region: 'us-east-1' },
  });
  const server = new McpFunction(stack, 'Tools', { entry });
  const api = new McpRestApi(stack, 'Api', { server, ...propsOf(stack) });
  more?.(api, stack);
  const { Resources, Outputs } = Template.fromStack(stack).toJSON() as Json;
  const logical = (construct: { node: { defaultChild?: unknown } }) =>
    stack.resolve((construct.node.defaultChild as Json).ref).Ref as string;
  const ids = {
    api: logical(api.api),
    stage: logical(api.api.deploymentStage),
    fn: logical(server.function),
    log: logical(api.accessLog),
  };
  const all = Object.entries<Json>(Resources).filter(([id]) => id.startsWith('Api'));
  const ofType = (type: string) =>
    all.filter(([, { Type }]) => Type === `AWS::${type}`).map(([, { Properties }]) => Properties);
  const only = (type: string) => {
    const found = ofType(type);
    expect(found, type).toHaveLength(1);
    return found[0];
  };
  const idOf = (type: string, fits: (properties: Json) => boolean = () => true) =>
    all.find(([, { Type, Properties }]) => Type === `AWS::${type}` && fits(Properties))?.[0] as string;
  const types = all.map(([, { Type }]) => Type.replace('AWS::', '') as string).sort();
  return { Resources, Outputs, ids, ofType, only, idOf, types };
}

const domainOf = (stack: Stack) => ({
  domainName: 'tools.example.com',
  certificate: Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:us-east-1:111122223333:certificate/a'),
});
const authorizerOf = (stack: Stack) => {
  const handler = new lambda.Function(stack, 'Verify', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({})'),
  });
  return new apigateway.RequestAuthorizer(stack, 'Authorizer', {
    handler,
    identitySources: [apigateway.IdentitySource.header('Authorization')],
    resultsCacheTtl: Duration.minutes(1),
  });
};
const WAYS: Readonly<Record<Props['authorization'], (stack: Stack) => Props>> = {
  iam: () => ({ authorization: 'iam' }),
  lambda: (stack) => ({ authorization: 'lambda', authorizer: authorizerOf(stack) }),
  cognito: (stack) => ({
    authorization: 'cognito',
    userPools: [UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_pool')],
    scopes: ['tools/call'],
    domain: domainOf(stack),
  }),
};

const ALWAYS = [
  'ApiGateway::Account',
  'ApiGateway::Deployment',
  'ApiGateway::Method',
  'ApiGateway::Resource',
  'ApiGateway::RestApi',
  'ApiGateway::Stage',
  'IAM::Role',
  'Lambda::Permission',
  'Logs::LogGroup',
];
const DOMAIN = ['ApiGateway::BasePathMapping', 'ApiGateway::DomainName'];
const METADATA = [
  'ApiGateway::Authorizer',
  'ApiGateway::GatewayResponse',
  ...['ApiGateway::Method', 'ApiGateway::Method'],
  ...['ApiGateway::Resource', 'ApiGateway::Resource', 'ApiGateway::Resource'],
];

describe.each(Object.entries(WAYS))('the template of McpRestApi under %s', (way, propsOf) => {
  const { ids, only, ofType, idOf, types, Outputs, Resources } = synth(propsOf);
  const RestApiId = { Ref: ids.api };
  const hasDomain = way === 'cognito';

  it('has these resources and no other', () => {
    expect(types).toEqual([...ALWAYS, ...(hasDomain ? [...DOMAIN, ...METADATA] : [])].sort());
  });

  it('is a regional API, whose own host is off where it has a domain', () => {
    expect(only('ApiGateway::RestApi')).toEqual({
      ...{ Name: 'Api', EndpointConfiguration: { Types: ['REGIONAL'] } },
      DisableExecuteApiEndpoint: hasDomain,
    });
  });

  it('has one stage, which logs each request, errors and traces, and no body', () => {
    expect(only('ApiGateway::Stage')).toEqual({
      RestApiId,
      DeploymentId: { Ref: expect.stringMatching(/^ApiDeployment/) },
      StageName: 'prod',
      TracingEnabled: true,
      AccessLogSetting: {
        DestinationArn: { 'Fn::GetAtt': [ids.log, 'Arn'] },
        Format: JSON.stringify(ACCESS_LOG_FIELDS),
      },
      MethodSettings: [{ DataTraceEnabled: false, HttpMethod: '*', LoggingLevel: 'ERROR', ResourcePath: '/*' }],
    });
    expect(only('Logs::LogGroup')).toEqual({ RetentionInDays: 90 });
    expect(Resources[ids.log]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('writes logs by a role of API Gateway, which is nobody else’s', () => {
    expect(only('IAM::Role')).toEqual({
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' } }],
      },
      ManagedPolicyArns: [
        join('arn:', PARTITION, ':iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
      ],
    });
    expect(only('ApiGateway::Account')).toEqual({ CloudWatchRoleArn: { 'Fn::GetAtt': [idOf('IAM::Role'), 'Arn'] } });
  });

  it('lets the API invoke the function, on its one path and stage', () => {
    expect(only('Lambda::Permission')).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [ids.fn, 'Arn'] },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: join(
        ...['arn:', PARTITION, ':execute-api:us-east-1:111122223333:', RestApiId, '/', { Ref: ids.stage }, '/*/mcp'],
      ),
    });
  });

  it('streams every method of /mcp, for whom the authorization lets in', () => {
    const [method, ...others] = ofType('ApiGateway::Method').filter(({ HttpMethod }) => HttpMethod === 'ANY');
    expect(others).toEqual([]);
    const authorizations: Readonly<Record<string, object>> = {
      iam: { AuthorizationType: 'AWS_IAM' },
      lambda: { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: expect.stringMatching(/^Authorizer/) } },
      cognito: {
        AuthorizationType: 'COGNITO_USER_POOLS',
        AuthorizerId: { Ref: idOf('ApiGateway::Authorizer') },
        AuthorizationScopes: ['tools/call'],
      },
    };
    expect(method).toEqual({
      ...authorizations[way],
      RestApiId,
      ...{ ApiKeyRequired: false, HttpMethod: 'ANY' },
      ResourceId: {
        Ref: idOf('ApiGateway::Resource', ({ PathPart, ParentId }) => PathPart === 'mcp' && !ParentId.Ref),
      },
      Integration: {
        ...{
          Type: 'AWS_PROXY',
          IntegrationHttpMethod: 'POST',
          ResponseTransferMode: 'STREAM',
          TimeoutInMillis: 900_000,
        },
        Uri: join(
          ...['arn:', PARTITION, ':apigateway:us-east-1:lambda:path/2021-11-15/functions/'],
          ...[{ 'Fn::GetAtt': [ids.fn, 'Arn'] }, '/response-streaming-invocations'],
        ),
      },
    });
  });

  it('tells its function to take its events, and its URL', () => {
    expect(Resources[ids.fn].Properties.Environment.Variables).toEqual({ LAMBDA_MCP_REST_API: 'enabled' });
    const own = ['https://', RestApiId, '.execute-api.us-east-1.', { Ref: 'AWS::URLSuffix' }, '/', { Ref: ids.stage }];
    const [url] = Object.values<Json>(Outputs).filter(({ Description }) => Description === `MCP endpoint: ${way}`);
    expect(url.Value).toEqual(hasDomain ? 'https://tools.example.com/mcp' : join(...own, '/mcp'));
  });
});

describe('under cognito', () => {
  const { ids, only, ofType, idOf } = synth(WAYS.cognito);
  const RestApiId = { Ref: ids.api };

  it('asks the user pools, and names them to whom it does not let in', () => {
    expect(only('ApiGateway::Authorizer')).toEqual({
      ...{ Type: 'COGNITO_USER_POOLS', IdentitySource: 'method.request.header.Authorization', RestApiId },
      Name: expect.any(String),
      ProviderARNs: [join('arn:', PARTITION, ':cognito-idp:us-east-1:111122223333:userpool/us-east-1_pool')],
    });
    const metadata = 'https://tools.example.com/.well-known/oauth-protected-resource/mcp';
    expect(only('ApiGateway::GatewayResponse')).toEqual({
      ...{ ResponseType: 'UNAUTHORIZED', RestApiId },
      ResponseParameters: {
        'gatewayresponse.header.WWW-Authenticate': `'Bearer resource_metadata="${metadata}"'`,
      },
    });
    const paths = ofType('ApiGateway::Resource').map(({ PathPart }) => PathPart);
    expect(paths).toEqual(['mcp', '.well-known', 'oauth-protected-resource', 'mcp']);
    const documents = ofType('ApiGateway::Method').filter(({ HttpMethod }) => HttpMethod === 'GET');
    expect(documents).toHaveLength(2);
    for (const { ResourceId, ...document } of documents) {
      expect(ResourceId.Ref).toMatch(/^Apiwellknownoauthprotectedresource/);
      expect(document).toEqual({
        ...{ ApiKeyRequired: false, AuthorizationType: 'NONE', HttpMethod: 'GET', RestApiId },
        MethodResponses: [{ StatusCode: '200' }],
        Integration: {
          Type: 'MOCK',
          RequestTemplates: { 'application/json': '{"statusCode":200}' },
          IntegrationResponses: [
            {
              StatusCode: '200',
              ResponseTemplates: {
                'application/json': join(
                  '{"resource":"https://tools.example.com/mcp","authorization_servers":["https://cognito-idp.us-east-1.',
                  { Ref: 'AWS::URLSuffix' },
                  '/us-east-1_pool"],"bearer_methods_supported":["header"],"scopes_supported":["tools/call"]}',
                ),
              },
            },
          ],
        },
      });
    }
    expect(idOf('ApiGateway::Authorizer')).toMatch(/^Api/);
  });
});

describe('what is asked for', () => {
  it.each(['iam', 'lambda', 'cognito'] as const)('a custom domain has an empty base path, under %s too', (way) => {
    const { ids, only, idOf, Resources } = synth((stack) => {
      const props = WAYS[way](stack);
      return props.domain ? props : { ...props, domain: domainOf(stack) };
    });
    expect(only('ApiGateway::DomainName')).toEqual({
      DomainName: 'tools.example.com',
      EndpointConfiguration: { Types: ['REGIONAL'] },
      RegionalCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/a',
      SecurityPolicy: 'TLS_1_2',
    });
    expect(only('ApiGateway::BasePathMapping')).toEqual({
      DomainName: { Ref: idOf('ApiGateway::DomainName') },
      RestApiId: { Ref: ids.api },
      Stage: { Ref: ids.stage },
    });
    expect(Resources[ids.api].Properties.DisableExecuteApiEndpoint).toBe(true);
  });

  it.each(['iam', 'lambda', 'cognito'] as const)('a web ACL is the stage’s, under %s too', (way) => {
    const { ids, only } = synth((stack) => ({ ...WAYS[way](stack), webAclArn: WEB_ACL }));
    expect(only('WAFv2::WebACLAssociation')).toEqual({
      WebACLArn: WEB_ACL,
      ResourceArn: join(
        ...['arn:', PARTITION, ':apigateway:us-east-1::/restapis/', { Ref: ids.api }, '/stages/', { Ref: ids.stage }],
      ),
    });
  });

  it.each(['iam', 'lambda', 'cognito'] as const)(
    'a usage plan has a key, which callers then need, under %s too',
    (way) => {
      const throttle = { rateLimit: 10, burstLimit: 20 };
      const quota = { limit: 1000, period: apigateway.Period.DAY };
      const { ids, only, idOf, ofType } = synth((stack) => ({ ...WAYS[way](stack), usagePlan: { throttle, quota } }));
      const [RestApiId, stage] = [{ Ref: ids.api }, { Ref: ids.stage }];
      expect(only('ApiGateway::UsagePlan')).toEqual({
        ApiStages: [{ ApiId: RestApiId, Stage: stage, Throttle: {} }],
        Quota: { Limit: 1000, Period: 'DAY' },
        Throttle: { BurstLimit: 20, RateLimit: 10 },
      });
      expect(only('ApiGateway::ApiKey')).toEqual({ Enabled: true, StageKeys: [{ RestApiId, StageName: stage }] });
      expect(only('ApiGateway::UsagePlanKey')).toEqual({
        KeyId: { Ref: idOf('ApiGateway::ApiKey') },
        KeyType: 'API_KEY',
        UsagePlanId: { Ref: idOf('ApiGateway::UsagePlan') },
      });
      const keyed = ofType('ApiGateway::Method').map(({ HttpMethod, ApiKeyRequired }) => [HttpMethod, ApiKeyRequired]);
      // Who signs in has no key yet when they look for where.
      expect(keyed).toEqual([
        ['ANY', true],
        ...(way === 'cognito'
          ? [
              ['GET', false],
              ['GET', false],
            ]
          : []),
      ]);
    },
  );

  it('the log’s retention, the stage’s name, and no role where the account has one', () => {
    const { only, types } = synth(() => ({
      ...{ authorization: 'iam', stageName: 'live', cloudWatchRole: false },
      logRetention: logs.RetentionDays.ONE_YEAR,
    }));
    expect(only('Logs::LogGroup')).toEqual({ RetentionInDays: 365 });
    expect(only('ApiGateway::Stage').StageName).toBe('live');
    expect(types).toEqual(ALWAYS.filter((type) => type !== 'ApiGateway::Account' && type !== 'IAM::Role'));
  });

  it('a role’s right to call, on every method of the one path and stage', () => {
    const { ids, Resources } = synth(WAYS.iam, (api, stack) => {
      api.grantInvoke(new iam.Role(stack, 'Agent', { assumedBy: new iam.AccountPrincipal('444455556666') }));
    });
    const policies = Object.entries<Json>(Resources).filter(
      ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith('Agent'),
    );
    expect(policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: join(
          ...['arn:', PARTITION, ':execute-api:us-east-1:111122223333:', { Ref: ids.api }, '/', { Ref: ids.stage }],
          '/*/mcp',
        ),
      },
    ]);
  });
});
