import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  McpAuth,
  McpExpressService,
  type McpExpressServiceProps,
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
const URL_OF_DOMAIN = 'https://tools.example.com/mcp';

type Way = (stack: Stack) => Omit<McpServiceProps, 'entry'>;

function build(propsOf: Way = () => ({}), region = 'us-east-1') {
  const app = new App({
    context: { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true },
  });
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region } });
  const service = new McpService(stack, 'Tools', { entry, ...propsOf(stack) });
  return { app, stack, service };
}

const authOf = (stack: Stack, serverUrl?: string) =>
  McpAuth.userPool(
    new McpUserPool(stack, 'People', { domainPrefix: 'my-tools', scopes: { call: 'Call the tools' } }),
    serverUrl === undefined ? {} : { serverUrl },
  );
const certificateOf = (stack: Stack, region = 'us-east-1') =>
  Certificate.fromCertificateArn(stack, 'C', `arn:aws:acm:${region}:111122223333:certificate/a`);
const publicly: Way = (stack) => ({
  auth: authOf(stack),
  public: true,
  certificate: certificateOf(stack),
  domainName: 'tools.example.com',
});

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
type Properties = any;
const ofType = (template: Template, type: string): [string, Properties][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties]);
const only = (template: Template, type: string): Properties => {
  const found = ofType(template, type);
  expect(found).toHaveLength(1);
  return found[0]?.[1];
};
const ref = (template: Template, type: string, prefix = '') =>
  ofType(template, type).find(([id]) => id.startsWith(prefix))?.[0];

describe('McpService', () => {
  const { stack, app } = build((scope) => ({
    sessions: true,
    secrets: {
      API_KEY: ecs.Secret.fromSecretsManager(
        Secret.fromSecretCompleteArn(
          scope,
          'Key',
          'arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf',
        ) as ISecret,
      ),
    },
    metricFilters: { slowQueries: FilterPattern.literal('{ $.queryMs > 1000 }') },
  }));
  const template = Template.fromStack(stack);

  it('stands in private subnets of two zones, behind a load balancer that is internal', () => {
    const subnets = ofType(template, 'AWS::EC2::Subnet');
    const isPrivate = (id: string) => id.includes('Private');
    const zones = subnets.filter(([id]) => isPrivate(id)).map(([, { AvailabilityZone }]) => AvailabilityZone);
    expect(new Set(zones).size).toBe(2);
    const loadBalancer = only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(loadBalancer.Scheme).toBe('internal');
    const { AwsvpcConfiguration } = only(template, 'AWS::ECS::Service').NetworkConfiguration;
    expect(AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    for (const list of [loadBalancer.Subnets, AwsvpcConfiguration.Subnets]) {
      expect(list).toHaveLength(2);
      for (const { Ref } of list) expect(isPrivate(Ref)).toBe(true);
    }
  });

  it('lets the load balancer and its own tasks at the tasks, and nobody at the load balancer', () => {
    const balancer = { 'Fn::GetAtt': [ref(template, 'AWS::EC2::SecurityGroup', 'ToolsLoadBalancer'), 'GroupId'] };
    const tasks = { 'Fn::GetAtt': [ref(template, 'AWS::EC2::SecurityGroup', 'ToolsTasks'), 'GroupId'] };
    const port = { IpProtocol: 'tcp', FromPort: 8000, ToPort: 8000 };
    expect(ofType(template, 'AWS::EC2::SecurityGroupIngress').map(([, rule]) => rule)).toEqual([
      { Description: 'Sessions of other tasks', GroupId: tasks, SourceSecurityGroupId: tasks, ...port },
      { Description: 'Load balancer to target', GroupId: tasks, SourceSecurityGroupId: balancer, ...port },
    ]);
    expect(ofType(template, 'AWS::EC2::SecurityGroupEgress').map(([, rule]) => rule)).toEqual([
      { Description: 'Load balancer to target', GroupId: balancer, DestinationSecurityGroupId: tasks, ...port },
    ]);
    for (const [, group] of ofType(template, 'AWS::EC2::SecurityGroup')) {
      expect(group.SecurityGroupIngress).toBeUndefined();
    }
    const without = Template.fromStack(build().stack);
    without.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  it('lets in whom it is told to', () => {
    const made = build();
    made.service.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.1.0.0/16'));
    const [, group] = ofType(Template.fromStack(made.stack), 'AWS::EC2::SecurityGroup').find(([id]) =>
      id.startsWith('ToolsLoadBalancer'),
    ) as [string, Properties];
    expect(group.SecurityGroupIngress).toMatchObject([{ CidrIp: '10.1.0.0/16', FromPort: 80, ToPort: 80 }]);
  });

  it('has a task role that may nothing, and an execution role that may start the task and no more', () => {
    const policies = ofType(template, 'AWS::IAM::Policy');
    expect(policies.map(([id]) => id)).toEqual([expect.stringMatching(/^ToolsTaskExecutionRole/)]);
    const repository = 'repository/cdk-hnb659fds-container-assets-111122223333-us-east-1';
    const read = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
    const statements = policies[0]?.[1].PolicyDocument.Statement;
    expect(statements).toHaveLength(5);
    expect(statements).toEqual(
      expect.arrayContaining([
        {
          Effect: 'Allow',
          Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
          Resource: {
            'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ecr:us-east-1:111122223333:${repository}`]],
          },
        },
        { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [ref(template, 'AWS::Logs::LogGroup'), 'Arn'] },
        },
        { Effect: 'Allow', Action: read, Resource: { Ref: ref(template, 'AWS::SecretsManager::Secret') } },
        {
          Effect: 'Allow',
          Action: read,
          Resource: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf',
        },
      ]),
    );
  });

  it('gives the container its secrets by reference, a log group with retention, and time to stop', () => {
    const { ContainerDefinitions, ...task } = only(template, 'AWS::ECS::TaskDefinition');
    expect(task).toMatchObject({ Cpu: '512', Memory: '1024', RuntimePlatform: { CpuArchitecture: 'ARM64' } });
    expect(task.TaskRoleArn).not.toEqual(task.ExecutionRoleArn);
    expect(ContainerDefinitions).toMatchObject([
      {
        StopTimeout: 30,
        PortMappings: [{ ContainerPort: 8000 }],
        Secrets: [
          { Name: 'API_KEY', ValueFrom: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf' },
          { Name: 'SESSION_SECRET', ValueFrom: { Ref: ref(template, 'AWS::SecretsManager::Secret') } },
        ],
      },
    ]);
    const names = ContainerDefinitions[0].Environment.map(({ Name }: { Name: string }) => Name);
    expect(names).toEqual(['PORT', 'LAMBDA_MCP_SERVICE']);
    expect(only(template, 'AWS::Logs::LogGroup')).toEqual({ RetentionInDays: 90 });
    expect(only(template, 'AWS::SecretsManager::Secret').GenerateSecretString.PasswordLength).toBe(64);
  });

  it('asks for its health, drains before it stops, keeps no cookies, and undoes a deployment that fails', () => {
    const { TargetGroupAttributes, ...targets } = only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(targets).toMatchObject({
      HealthCheckPath: '/ping',
      Matcher: { HttpCode: '200' },
      TargetType: 'ip',
      Port: 8000,
    });
    expect(TargetGroupAttributes).toEqual([
      { Key: 'deregistration_delay.timeout_seconds', Value: '30' },
      { Key: 'stickiness.enabled', Value: 'false' },
    ]);
    expect(only(template, 'AWS::ECS::Service').DeploymentConfiguration).toMatchObject({
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      MinimumHealthyPercent: 100,
    });
  });

  it('scales by open sessions, or else by requests, fast out and slowly in', () => {
    const name = 'Stack-Tools-9D540925';
    const policy = (made: Template) =>
      only(made, 'AWS::ApplicationAutoScaling::ScalingPolicy').TargetTrackingScalingPolicyConfiguration;
    const cooldowns = { ScaleOutCooldown: 60, ScaleInCooldown: 300 };
    expect(policy(template)).toEqual({
      CustomizedMetricSpecification: {
        Namespace: 'LambdaMcp',
        MetricName: 'openSessions',
        Dimensions: [{ Name: 'functionName', Value: name }],
        Statistic: 'Average',
      },
      TargetValue: 500,
      ...cooldowns,
    });
    const [{ Environment }] = only(template, 'AWS::ECS::TaskDefinition').ContainerDefinitions;
    expect(Environment).toContainEqual({ Name: 'LAMBDA_MCP_SERVICE', Value: name });
    expect(policy(Template.fromStack(build().stack))).toMatchObject({
      PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
      TargetValue: 1000,
      ...cooldowns,
    });
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 10,
    });
  });

  it('rings when memory is short, and counts what other loggers write', () => {
    expect(only(template, 'AWS::CloudWatch::Alarm')).toMatchObject({
      MetricName: 'MemoryUtilization',
      Namespace: 'AWS/ECS',
      Threshold: 85,
      Statistic: 'Maximum',
    });
    const filters = ofType(template, 'AWS::Logs::MetricFilter').map(([, { FilterPattern: pattern, ...filter }]) => [
      filter.MetricTransformations[0].MetricName,
      pattern,
    ]);
    expect(Object.fromEntries(filters)).toEqual({
      loggedErrors: expect.stringMatching(/^\{ \(\$\._aws NOT EXISTS\) && .*\$\.level = "error".*\$\.level >= 50/),
      loggedWarnings: expect.stringContaining('($.level >= 40) && ($.level < 50)'),
      slowQueries: '{ $.queryMs > 1000 }',
    });
  });

  it('shares network, cluster and load balancer with services beside it, each at its own path', () => {
    const made = build();
    const beside = new McpService(made.stack, 'Other', { entry, name: 'other', beside: made.service });
    new McpService(made.stack, 'Third', { entry, name: 'third', beside });
    const shared = Template.fromStack(made.stack);
    for (const type of ['AWS::EC2::VPC', 'AWS::EC2::NatGateway', 'AWS::ECS::Cluster']) shared.resourceCountIs(type, 1);
    shared.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    const rules = ofType(shared, 'AWS::ElasticLoadBalancingV2::ListenerRule').map(([, { Priority, Conditions }]) => [
      Priority,
      Conditions[0].PathPatternConfig.Values,
    ]);
    const resource = '/.well-known/oauth-protected-resource';
    const server = '/.well-known/oauth-authorization-server';
    expect(rules).toEqual([
      [10, ['/mcp', `${resource}/mcp`, `${server}/mcp`, resource, server]],
      [20, ['/other/mcp', `${resource}/other/mcp`, `${server}/other/mcp`]],
      [30, ['/third/mcp', `${resource}/third/mcp`, `${server}/third/mcp`]],
    ]);
    expect(only(shared, 'AWS::ElasticLoadBalancingV2::Listener').DefaultActions[0].FixedResponseConfig.StatusCode).toBe(
      '404',
    );
    // Amazon ECS makes no service for targets that no load balancer has.
    const services = Object.entries(shared.findResources('AWS::ECS::Service'));
    for (const [, { DependsOn }] of services) expect(DependsOn.join()).toMatch(/Rule/);
  });

  it('is public where it checks who calls, by TLS', () => {
    const made = Template.fromStack(build(publicly).stack);
    expect(only(made, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Scheme).toBe('internet-facing');
    expect(only(made, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({ Port: 443, Protocol: 'HTTPS' });
    const [{ Environment }] = only(made, 'AWS::ECS::TaskDefinition').ContainerDefinitions;
    expect(Environment).toContainEqual({ Name: 'MCP_SERVER_URL', Value: URL_OF_DOMAIN });
  });

  it.each<[string, Way, RegExp]>([
    ['public without auth', () => ({ public: true }), /checks nobody, and public would let everybody call/],
    ['public without TLS', (stack) => ({ public: true, auth: authOf(stack) }), /needs a certificate/],
    [
      'public without a name',
      (stack) => ({ public: true, auth: authOf(stack), certificate: certificateOf(stack) }),
      /needs a domainName/,
    ],
    ['auth without a URL', (stack) => ({ auth: authOf(stack) }), /tokens are for its URL, which is not known/],
    ['an image beside entry', () => ({ image: ecs.ContainerImage.fromRegistry('x') }), /either entry or image/],
    ['a name that is no path', () => ({ name: 'a/b' }), /"a\/b" is no name/],
    ['a stop that Fargate does not give', () => ({ stopTimeout: Duration.seconds(121) }), /120 seconds at most/],
    [
      'more tasks at least than at most',
      () => ({ scaling: { minTasks: 3, maxTasks: 2 } }),
      /maxTasks is 2\. Give .* minTasks, 3/,
    ],
    ['no tasks', () => ({ scaling: { minTasks: 0 } }), /minTasks is 0\. Give .*, 1 at least/],
    ['an alarm at no percentage', () => ({ memoryAlarm: 200 }), /memoryAlarm is 200\. Give the percentage/],
    ['a URL for a domainName', () => ({ domainName: 'https://tools.example.com' }), /is no domainName. Give the host/],
    [
      'a name that only the deployment knows',
      (stack) => ({ name: new CfnParameter(stack, 'Name').valueAsString }),
      /known to the deployment only/,
    ],
    [
      'a certificate of elsewhere',
      (stack) => ({ certificate: certificateOf(stack, 'eu-west-1') }),
      /us-east-1 only.*eu-west-1/,
    ],
    [
      'a VPC of one zone',
      (stack) => ({ vpc: new ec2.Vpc(stack, 'Small', { maxAzs: 1 }) as unknown as ec2.IVpc }),
      /fewer than two zones/,
    ],
    [
      'a path that another has',
      (stack) => ({ beside: new McpService(stack, 'First', { entry }) }),
      /another service beside it has the path \/mcp/,
    ],
    [
      'a network beside that of another',
      (stack) => ({ name: 'b', public: true, beside: new McpService(stack, 'First', { entry, ...publicly(stack) }) }),
      /without auth it checks nobody/,
    ],
    [
      'no auth beside a public one',
      (stack) => ({ name: 'b', beside: new McpService(stack, 'First', { entry, ...publicly(stack) }) }),
      /needs auth too/,
    ],
  ])('is refused with %s', (_what, props, why) => {
    expect(() => Template.fromStack(build(props).stack)).toThrow(why);
  });

  it('takes numbers that only the deployment knows', () => {
    const made = build((stack) => {
      const later = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
      return { scaling: { minTasks: later('Least'), maxTasks: later('Most') }, memoryAlarm: later('Alarm') };
    });
    expect(only(Template.fromStack(made.stack), 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: { Ref: 'Least' },
      MaxCapacity: { Ref: 'Most' },
    });
  });

  it('has these findings of cdk-nag, and no other', () => {
    const found = new AwsSolutionsChecks(app).validateScope(stack).violations.map(({ ruleName }) => ruleName);
    const names = [...new Set(found.map((rule) => rule.replace(/\[.*/, '').replace('AwsSolutions-', '')))].sort();
    expect(names).toEqual(['ECS2', 'ELB2', 'IAM5', 'SMG4', 'VPC7']);
    const documented = readFileSync(new URL('../../docs/hosts.md', import.meta.url), 'utf8');
    for (const name of names) expect(documented).toContain(`| ${name} |`);
  });

  it.skipIf(!hasCfnLint)(
    'is free of findings by cfn-lint (skipped where it is not installed)',
    async () => {
      const file = `${newPath()}.json`;
      writeFileSync(file, JSON.stringify(template.toJSON()));
      // W3010: the zones are those of a test's account.
      const { stdout } = await run('cfn-lint', ['--ignore-checks', 'W3005', 'W3010', '--', file]).catch(
        (error) => error,
      );
      expect(stdout).toBe('');
    },
    60_000,
  );
});

describe('McpExpressService', () => {
  const buildExpress = (propsOf: (stack: Stack) => Partial<McpExpressServiceProps>) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
    new McpExpressService(stack, 'Tools', { entry, ...propsOf(stack) } as McpExpressServiceProps);
    return Template.fromStack(stack);
  };

  it('runs the same image, by three roles of which the server’s may nothing', () => {
    const made = buildExpress((stack) => ({ auth: authOf(stack, URL_OF_DOMAIN) }));
    const service = only(made, 'AWS::ECS::ExpressGatewayService');
    expect(service).toMatchObject({
      Cpu: '512',
      Memory: '1024',
      HealthCheckPath: '/ping',
      PrimaryContainer: { ContainerPort: 8000, AwsLogsConfiguration: { LogStreamPrefix: 'mcp' } },
      ScalingTarget: {
        AutoScalingMetric: 'AVERAGE_CPU',
        AutoScalingTargetValue: 60,
        MinTaskCount: 1,
        MaxTaskCount: 10,
      },
    });
    expect(service.PrimaryContainer.Environment).toContainEqual({ Name: 'MCP_SERVER_URL', Value: URL_OF_DOMAIN });
    expect(ofType(made, 'AWS::IAM::Policy').map(([id]) => id)).toEqual([expect.stringMatching(/^ToolsExecutionRole/)]);
    const trusted = ofType(made, 'AWS::IAM::Role').map(
      ([, role]) => role.AssumeRolePolicyDocument.Statement[0].Principal.Service,
    );
    expect(trusted.sort()).toEqual(['ecs-tasks.amazonaws.com', 'ecs-tasks.amazonaws.com', 'ecs.amazonaws.com']);
  });

  it.each<[string, (stack: Stack) => Partial<McpExpressServiceProps>, RegExp]>([
    ['without auth', () => ({}), /without auth everybody could call it/],
    ['with auth for no URL', (stack) => ({ auth: authOf(stack) }), /which Amazon ECS chooses/],
    [
      'with more tasks at least than at most',
      (stack) => ({ auth: authOf(stack, URL_OF_DOMAIN), scaling: { minTasks: 5, maxTasks: 2 } }),
      /maxTasks is 2/,
    ],
  ])('is refused %s', (_what, props, why) => {
    expect(() => buildExpress(props)).toThrow(why);
  });
});
