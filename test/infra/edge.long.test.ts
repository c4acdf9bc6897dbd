import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  McpAuth,
  McpEdge,
  type McpEdgeProps,
  McpFunction,
  McpRestApi,
  type McpRestApiProps,
  McpService,
  type McpServiceProps,
  McpUserPool,
} from 'lambda-mcp/infra';
import { describe, expect, it } from 'vitest';
import { works } from '../support/programs.ts';
import { newPath } from '../support/scratch.ts';

const run = promisify(execFile);
const hasCfnLint = await works('cfn-lint', ['--version']);
const entry = fileURLToPath(new URL('../../examples/quickstart/server.ts', import.meta.url));
const DOMAIN = 'tools.example.com';
const ACCOUNT = '111122223333';

const certificate = (stack: Stack, region = 'us-east-1') =>
  Certificate.fromCertificateArn(stack, `Certificate-${region}`, `arn:aws:acm:${region}:${ACCOUNT}:certificate/a`);
const auth = (stack: Stack, serverUrl?: string) =>
  McpAuth.userPool(
    new McpUserPool(stack, 'People', { domainPrefix: 'my-tools', scopes: { call: 'Call the tools' } }),
    serverUrl === undefined ? {} : { serverUrl },
  );
const service = (stack: Stack, props: Partial<McpServiceProps> = {}) =>
  new McpService(stack, 'Tools', { entry, auth: auth(stack), ...props });
const domainOf = (stack: Stack) => ({ domainName: DOMAIN, certificate: certificate(stack) });
const restApi = (stack: Stack, props: Omit<McpRestApiProps, 'server'>) =>
  new McpRestApi(stack, 'Api', { server: new McpFunction(stack, 'Tools', { entry }), ...props });
const authorizer = (stack: Stack) =>
  new apigateway.TokenAuthorizer(stack, 'Authorizer', {
    handler: new lambda.Function(stack, 'Verify', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => ({})'),
    }),
  });

type Way = (stack: Stack) => McpEdgeProps;
const WAYS: Record<string, Way> = {
  service: (stack) => ({ server: service(stack) }),
  function: (stack) => ({
    server: new McpFunction(stack, 'Tools', { entry, auth: auth(stack, `https://${DOMAIN}/mcp`) }),
    ...domainOf(stack),
  }),
  'REST API': (stack) => ({
    server: restApi(stack, { authorization: 'lambda', authorizer: authorizer(stack) }),
  }),
  'REST API with a domain': (stack) => ({
    server: restApi(stack, {
      authorization: 'cognito',
      userPools: [UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_pool')],
      domain: domainOf(stack),
    }),
    domainName: DOMAIN,
    certificate: Certificate.fromCertificateArn(stack, 'D', `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/a`),
  }),
};

function build(way: Way, region: string | undefined = 'us-east-1') {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Stack', {
    ...(region !== '' && { env: { account: ACCOUNT, region } }),
    crossRegionReferences: true,
  });
  const props = way(stack);
  new McpEdge(stack, 'Edge', props);
  return { app, stack, props };
}
const synth = (way: Way, region?: string) => Template.fromStack(build(way, region).stack);

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
type Properties = any;
const ofType = (template: Template, type: string): [string, Properties][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties]);
const only = (template: Template, type: string): Properties => {
  const found = ofType(template, type);
  expect(found).toHaveLength(1);
  return found[0]?.[1];
};
const configOf = (template: Template) => only(template, 'AWS::CloudFront::Distribution').DistributionConfig;

describe('McpEdge', () => {
  it.each(Object.keys(WAYS))('in front of a %s caches nothing, cuts no stream, and takes HTTPS only', (way) => {
    const config = configOf(synth(WAYS[way] as Way));
    expect(config).toMatchObject({ HttpVersion: 'http2and3', Enabled: true });
    expect(config.DefaultCacheBehavior).toMatchObject({
      // AWS's policy that caches nothing.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      ViewerProtocolPolicy: 'https-only',
      AllowedMethods: expect.arrayContaining(['POST', 'GET', 'DELETE']),
      Compress: false,
    });
    const [origin] = config.Origins;
    expect(origin.VpcOriginConfig ?? origin.CustomOriginConfig).toMatchObject({
      OriginReadTimeout: 120,
      OriginKeepaliveTimeout: 55,
    });
  });

  it('reaches a service by a VPC origin, and nobody else reaches it', () => {
    const template = synth(WAYS.service as Way);
    expect(only(template, 'AWS::CloudFront::VpcOrigin').VpcOriginEndpointConfig).toMatchObject({
      OriginProtocolPolicy: 'http-only',
    });
    expect(only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Scheme).toBe('internal');
    const ingress = ofType(template, 'AWS::EC2::SecurityGroupIngress').filter(([id]) => id.includes('LoadBalancer'));
    const intoBalancer = ingress.filter(([id]) => id.startsWith('ToolsLoadBalancer')).map(([, rule]) => rule);
    expect(intoBalancer).toMatchObject([{ SourcePrefixListId: 'pl-xxxxxxxx', FromPort: 80, ToPort: 80 }]);
    const [{ Environment }] = only(template, 'AWS::ECS::TaskDefinition').ContainerDefinitions;
    const [distribution] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
    expect(Environment).toContainEqual({
      Name: 'MCP_SERVER_URL',
      Value: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [distribution, 'DomainName'] }, '/mcp']] },
    });
  });

  it('has several services beneath one host, with one of everything that costs by the hour', () => {
    const template = synth((stack) => {
      const server = service(stack);
      new McpService(stack, 'Other', { entry, name: 'other', auth: server.props.auth as McpAuth, beside: server });
      return { server, ...domainOf(stack) };
    });
    for (const type of [
      'AWS::CloudFront::Distribution',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'AWS::EC2::NatGateway',
      'AWS::EC2::VPC',
      'AWS::WAFv2::WebACL',
    ]) {
      template.resourceCountIs(type, 1);
    }
    const urls = ofType(template, 'AWS::ECS::TaskDefinition').map(
      ([, { ContainerDefinitions }]) =>
        ContainerDefinitions[0].Environment.find(({ Name }: { Name: string }) => Name === 'MCP_SERVER_URL').Value,
    );
    expect(urls).toEqual([`https://${DOMAIN}/mcp`, `https://${DOMAIN}/other/mcp`]);
  });

  it.each<[string, string, Partial<McpServiceProps> | 'certificate', boolean, object]>([
    ['none', 'us-east-1', {}, false, { policy: 'http-only', viewer: undefined }],
    ['of CloudFront only', 'eu-central-1', {}, true, { policy: 'http-only', viewer: 'us-east-1' }],
    ['of one region', 'us-east-1', 'certificate', true, { policy: 'https-only', viewer: 'us-east-1' }],
    [
      'of us-east-1 and the stack’s region',
      'eu-central-1',
      'certificate',
      true,
      { policy: 'https-only', viewer: 'us-east-1' },
    ],
  ])('takes certificates: %s', (_which, region, given, hasDomain, expected) => {
    const template = synth((stack) => {
      const ofStack =
        given === 'certificate'
          ? Certificate.fromCertificateArn(stack, 'B', `arn:aws:acm:${region}:${ACCOUNT}:certificate/b`)
          : undefined;
      return {
        server: service(stack, { ...(ofStack && { certificate: ofStack }) }),
        ...(hasDomain && domainOf(stack)),
      };
    }, region);
    const { ViewerCertificate, Aliases } = configOf(template);
    expect({
      policy: only(template, 'AWS::CloudFront::VpcOrigin').VpcOriginEndpointConfig.OriginProtocolPolicy,
      viewer: ViewerCertificate?.AcmCertificateArn.split(':')[3],
    }).toEqual(expected);
    if (hasDomain) {
      expect(Aliases).toEqual([DOMAIN]);
      expect(ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021');
    }
  });

  it('limits the rate and has AWS’s rules, of which those that read bodies only count', () => {
    const acl = only(synth(WAYS.service as Way), 'AWS::WAFv2::WebACL');
    expect(acl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    const [rate, ...groups] = acl.Rules;
    expect(rate).toMatchObject({
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: { RateBasedStatement: { Limit: 2000, AggregateKeyType: 'IP' } },
    });
    const counted = Object.fromEntries(
      groups.map(({ Statement: { ManagedRuleGroupStatement: group } }: Properties) => [
        group.Name,
        (group.RuleActionOverrides ?? []).map(({ Name, ActionToUse }: Properties) => [
          Name,
          Object.keys(ActionToUse)[0],
        ]),
      ]),
    );
    expect(Object.keys(counted)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ]);
    expect(counted.AWSManagedRulesCommonRuleSet).toContainEqual(['SizeRestrictions_BODY', 'Count']);
    const without = only(
      synth((stack) => ({ server: service(stack), managedRules: false, rateLimit: 500 })),
      'AWS::WAFv2::WebACL',
    );
    expect(without.Rules).toMatchObject([{ Statement: { RateBasedStatement: { Limit: 500 } } }]);
  });

  it('has its web ACL in us-east-1, wherever the stack is', () => {
    const { app } = build(WAYS.service as Way, 'eu-central-1');
    const found = app
      .synth()
      .stacks.map(({ environment: { region }, template }) => [
        region,
        Object.values<Properties>(template.Resources).filter(({ Type }) => Type === 'AWS::WAFv2::WebACL').length,
      ]);
    expect(found.sort()).toEqual([
      ['eu-central-1', 0],
      ['us-east-1', 1],
    ]);
    const webAclArn = `arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/a/b`;
    const own = synth((stack) => ({ server: service(stack), webAclArn }), 'eu-central-1');
    expect(configOf(own).WebACLId).toBe(webAclArn);
    own.resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  it.each(['function', 'REST API', 'REST API with a domain'])('tells a %s by a secret who came by it', (way) => {
    const template = synth(WAYS[way] as Way);
    const [secret] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    const value = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:::}}']] };
    const [origin] = configOf(template).Origins;
    expect(origin.OriginCustomHeaders).toEqual([{ HeaderName: 'x-lambda-mcp-origin', HeaderValue: value }]);
    expect(origin.CustomOriginConfig.OriginProtocolPolicy).toBe('https-only');
    if (way === 'function') {
      template.hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: { LAMBDA_MCP_ORIGIN_SECRET: value } },
      });
      return;
    }
    const regional = ofType(template, 'AWS::WAFv2::WebACL').find(([, { Scope }]) => Scope === 'REGIONAL')?.[1];
    expect(regional.DefaultAction).toEqual({ Block: {} });
    expect(regional.Rules).toMatchObject([
      {
        Action: { Allow: {} },
        Statement: {
          ByteMatchStatement: {
            FieldToMatch: { SingleHeader: { Name: 'x-lambda-mcp-origin' } },
            PositionalConstraint: 'EXACTLY',
            SearchString: value,
          },
        },
      },
    ]);
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
  });

  it.each<[string, Way, RegExp, string?]>([
    [
      'a service without auth',
      (stack) => ({ server: new McpService(stack, 'Tools', { entry }) }),
      /no auth, and the edge lets everybody in/,
    ],
    [
      'a service without auth beside it',
      (stack) => {
        const server = service(stack);
        new McpService(stack, 'Other', { entry, name: 'other', beside: server });
        return { server };
      },
      /the service at \/other\/mcp has no auth/,
    ],
    [
      'a public service',
      (stack) => ({ server: service(stack, { public: true, ...domainOf(stack) }) }),
      /callers could go around/,
    ],
    [
      'a load balancer’s certificate for no name',
      (stack) => ({ server: service(stack, { certificate: certificate(stack) }) }),
      /give the edge that domainName/,
    ],
    [
      'a function with IAM',
      (stack) => ({ server: new McpFunction(stack, 'Tools', { entry }) }),
      /signatures, which are for its own host/,
    ],
    [
      'a function whose tokens are for its own URL',
      (stack) => ({ server: new McpFunction(stack, 'Tools', { entry, auth: auth(stack) }), ...domainOf(stack) }),
      /serverUrl: 'https:\/\/tools\.example\.com\/mcp'/,
    ],
    [
      'a REST API with IAM',
      (stack) => ({ server: restApi(stack, { authorization: 'iam' }) }),
      /signatures, which are for its own host/,
    ],
    [
      'a REST API with a web ACL of its own',
      (stack) => ({
        server: restApi(stack, {
          authorization: 'lambda',
          authorizer: authorizer(stack),
          webAclArn: `arn:aws:wafv2:us-east-1:${ACCOUNT}:regional/webacl/a/b`,
        }),
      }),
      /has a web ACL of its own/,
    ],
    [
      'a REST API of another domain',
      (stack) => ({
        server: restApi(stack, { authorization: 'lambda', authorizer: authorizer(stack), domain: domainOf(stack) }),
      }),
      /Give the edge the same domainName/,
    ],
    [
      'a certificate of another region',
      (stack) => ({ server: service(stack), domainName: DOMAIN, certificate: certificate(stack, 'eu-central-1') }),
      /CloudFront takes certificates of us-east-1 only, and this one is of eu-central-1/,
      'eu-central-1',
    ],
    [
      'a name without certificate',
      (stack) => ({ server: service(stack), domainName: DOMAIN }),
      /domainName and certificate together/,
    ],
    [
      'a web ACL of another region',
      (stack) => ({ server: service(stack), webAclArn: `arn:aws:wafv2:eu-central-1:${ACCOUNT}:regional/webacl/a/b` }),
      /no web ACL that CloudFront takes.*leave out webAclArn/,
    ],
    [
      'a web ACL that is not for CloudFront',
      (stack) => ({ server: service(stack), webAclArn: `arn:aws:wafv2:us-east-1:${ACCOUNT}:regional/webacl/a/b` }),
      /no web ACL that CloudFront takes/,
    ],
    [
      'rules beside a web ACL that has its own',
      (stack) => ({
        server: service(stack),
        webAclArn: `arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/a/b`,
        rateLimit: 100,
      }),
      /Leave out rateLimit and managedRules/,
    ],
    [
      'a rate that WAF does not take',
      (stack) => ({ server: service(stack), rateLimit: 1 }),
      /rateLimit is 1.*10 at least/,
    ],
    [
      'a URL for a name',
      (stack) => ({ server: service(stack), ...domainOf(stack), domainName: `https://${DOMAIN}` }),
      /"https:\/\/tools.example.com" is no domainName/,
    ],
    ['a region of China', (stack) => ({ server: service(stack) }), /reach nothing in cn-north-1/, 'cn-north-1'],
    ['a region of GovCloud', (stack) => ({ server: service(stack) }), /reach nothing in us-gov/, 'us-gov-west-1'],
    ['a stack of no region', (stack) => ({ server: service(stack) }), /the stack does not say where it is/, ''],
  ])('is refused with %s', (_what, way, why, region) => {
    expect(() => synth(way, region)).toThrow(why);
  });

  it.each(Object.keys(WAYS))('is refused in front of a %s that has one already', (way) => {
    const { stack, props } = build(WAYS[way] as Way);
    expect(() => new McpEdge(stack, 'Second', props)).toThrow(/is behind Stack\/Edge already/);
  });

  it('is refused for a service beside one that has an edge', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: 'us-east-1' } });
    const server = service(stack);
    const { auth: same } = server.props;
    const other = new McpService(stack, 'Other', { entry, name: 'other', beside: server, ...(same && { auth: same }) });
    new McpEdge(stack, 'Edge', { server });
    expect(() => new McpEdge(stack, 'Second', { server: other })).toThrow(/services beside another one share its edge/);
  });

  it.each(Object.keys(WAYS))('in front of a %s has these findings of cdk-nag, and no other', (way) => {
    const { app, stack } = build(WAYS[way] as Way);
    const found = new AwsSolutionsChecks(app).validateScope(stack).violations;
    const rules = found
      .filter(({ violatingResources }) =>
        violatingResources.some(({ constructPath }) => constructPath?.includes('/Edge/')),
      )
      .map(({ ruleName }) => ruleName.replace('AwsSolutions-', ''));
    const hasName = way === 'function' || way === 'REST API with a domain';
    expect(rules.sort()).toEqual([
      'CFR1',
      'CFR3',
      ...(hasName ? [] : ['CFR4']),
      ...(way === 'service' ? [] : ['SMG4']),
    ]);
    const documented = readFileSync(new URL('../../docs/hosts.md', import.meta.url), 'utf8');
    for (const rule of rules) expect(documented).toContain(`| ${rule} |`);
  });

  it.skipIf(!hasCfnLint).each(Object.keys(WAYS))(
    'in front of a %s is free of findings by cfn-lint (skipped where it is not installed)',
    async (way) => {
      const file = `${newPath()}.json`;
      writeFileSync(file, JSON.stringify(synth(WAYS[way] as Way).toJSON()));
      const { stdout } = await run('cfn-lint', ['--ignore-checks', 'W3005', 'W3010', '--', file]).catch(
        (error) => error,
      );
      expect(stdout).toBe('');
    },
    60_000,
  );
});
