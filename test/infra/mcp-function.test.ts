import { fileURLToPath } from 'node:url';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { McpFunction, type McpFunctionProps } from '../../infra/index.ts';

const entry = fileURLToPath(import.meta.url);
// No bundling, and CDK holds each template against CloudFormation's rules.
const CONTEXT = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };
const newStack = () => new Stack(new App({ context: CONTEXT }), 'Stack');

function synth(props: Partial<McpFunctionProps> = {}, more?: (tools: McpFunction, stack: Stack) => void) {
  const stack = newStack();
  const tools = new McpFunction(stack, 'Tools', { entry, ...props });
  more?.(tools, stack);
  const template = Template.fromStack(stack);
  const only = (type: string) => {
    const [found, ...others] = Object.values(template.findResources(type));
    if (!found || others.length > 0) throw new Error(`${type}: ${others.length + (found ? 1 : 0)} found`);
    return found;
  };
  const outputs = Object.values(template.toJSON().Outputs).map((output) => (output as { Value: unknown }).Value);
  return { tools, template, only, outputs, text: JSON.stringify(template.toJSON()) };
}

const ROLE = { Ref: 'ToolsRoleBB97B1BA' };
const FUNCTION_ARN = { 'Fn::GetAtt': ['ToolsFunctionF68D6A82', 'Arn'] };
const WRITE_OWN_LOG = {
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Effect: 'Allow',
  Resource: { 'Fn::GetAtt': ['ToolsLogGroup70D3FD20', 'Arn'] },
};
const SEND_TRACES = { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Effect: 'Allow', Resource: '*' };

describe('a function made from nothing but its entry', () => {
  const { only, outputs, template, text } = synth();

  it('runs on Node 24 and arm64, traced, with a JSON log of its own', () => {
    const { Code, ...properties } = only('AWS::Lambda::Function').Properties;
    expect(properties).toEqual({
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: 'ToolsLogGroup70D3FD20' } },
      MemorySize: 512,
      Role: { 'Fn::GetAtt': [ROLE.Ref, 'Arn'] },
      Runtime: 'nodejs24.x',
      Timeout: 60,
      TracingConfig: { Mode: 'Active' },
    });
    expect(only('AWS::Logs::LogGroup')).toMatchObject({
      Properties: { RetentionInDays: 90 },
      DeletionPolicy: 'Retain',
    });
  });

  it('has a streaming URL that only IAM opens', () => {
    expect(only('AWS::Lambda::Url').Properties).toEqual({
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
      TargetFunctionArn: FUNCTION_ARN,
    });
    expect(template.findResources('AWS::Lambda::Permission')).toEqual({});
  });

  it('may write its own log and send traces, and nothing else', () => {
    expect(only('AWS::IAM::Role').Properties).toEqual({
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
      },
    });
    expect(only('AWS::IAM::Policy').Properties).toEqual({
      PolicyDocument: { Version: '2012-10-17', Statement: [WRITE_OWN_LOG, SEND_TRACES] },
      PolicyName: 'ToolsRoleDefaultPolicy19535ABE',
      Roles: [ROLE],
    });
  });

  it('tells its URL, ARN and name', () => {
    expect(outputs).toEqual([
      { 'Fn::GetAtt': ['ToolsFunctionFunctionUrl8742FE92', 'FunctionUrl'] },
      FUNCTION_ARN,
      { Ref: 'ToolsFunctionF68D6A82' },
    ]);
  });

  it('holds no managed policy, no public principal and no alias', () => {
    expect(text).not.toMatch(/:aws:policy|"NONE"|"Principal":"\*"|AWS::Lambda::Alias/);
  });
});

describe('options', () => {
  it('pass through to the function', () => {
    const { only } = synth({
      functionName: 'tools',
      memorySize: 1024,
      timeout: Duration.minutes(5),
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.X86_64,
      reservedConcurrentExecutions: 20,
      environment: { TABLE: 't' },
      tracing: lambda.Tracing.DISABLED,
      logRetention: logs.RetentionDays.ONE_YEAR,
    });
    expect(only('AWS::Lambda::Function').Properties).toMatchObject({
      FunctionName: 'tools',
      MemorySize: 1024,
      Timeout: 300,
      Runtime: 'nodejs22.x',
      Architectures: ['x86_64'],
      ReservedConcurrentExecutions: 20,
      Environment: { Variables: { TABLE: 't' } },
    });
    expect(only('AWS::IAM::Policy').Properties.PolicyDocument.Statement).toEqual([WRITE_OWN_LOG]);
    expect(only('AWS::Logs::LogGroup').Properties).toEqual({ RetentionInDays: 365 });
  });

  it('left undefined keep their defaults', () => {
    const unset = { runtime: undefined, timeout: undefined, bundling: { format: undefined } } as object;
    const { Code: _, ...properties } = synth(unset).only('AWS::Lambda::Function').Properties;
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Timeout: 60, MemorySize: 512 });
  });

  it('cannot open the URL to everybody, nor to browsers', () => {
    // @ts-expect-error: there is no such option
    const open: McpFunctionProps = { entry, authType: lambda.FunctionUrlAuthType.NONE };
    // @ts-expect-error: nor this one
    const browser: McpFunctionProps = { entry, cors: { allowedOrigins: ['*'] } };
    for (const props of [open, browser]) {
      expect(synth(props).only('AWS::Lambda::Url').Properties).toEqual({
        AuthType: 'AWS_IAM',
        InvokeMode: 'RESPONSE_STREAM',
        TargetFunctionArn: FUNCTION_ARN,
      });
    }
  });

  it('take a role and a log group of the owner', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Log', '/mine');
    const tools = new McpFunction(stack, 'Tools', { entry, role, logGroup });
    const template = Template.fromStack(stack);
    expect(tools.role).toBe(role);
    expect(tools.logGroup).toBe(logGroup);
    expect(template.findResources('AWS::Logs::LogGroup')).toEqual({});
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement.map((one: { Action: unknown }) => one.Action)).toEqual([
      WRITE_OWN_LOG.Action,
      SEND_TRACES.Action,
    ]);
  });

  it('join a VPC without a managed policy', () => {
    const stack = newStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      availabilityZones: ['us-east-1a'],
      privateSubnetIds: ['subnet-0a1b2c3d4e5f60718'],
    });
    new McpFunction(stack, 'Tools', { entry, vpc });
    const template = Template.fromStack(stack);
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Action: [
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
        Effect: 'Allow',
        Resource: '*',
      },
      WRITE_OWN_LOG,
      SEND_TRACES,
    ]);
    expect(JSON.stringify(template.toJSON())).not.toContain(':aws:policy');
  });

  it('keep environments started through an alias, which carries the URL', () => {
    const { only, outputs, tools } = synth({ provisionedConcurrentExecutions: 2, reservedConcurrentExecutions: 2 });
    const { FunctionVersion, ...alias } = only('AWS::Lambda::Alias').Properties;
    expect(alias).toEqual({
      FunctionName: { Ref: 'ToolsFunctionF68D6A82' },
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
    expect(only('AWS::Lambda::Url').Properties).toEqual({
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
      Qualifier: 'live',
      TargetFunctionArn: FUNCTION_ARN,
    });
    expect(outputs[1]).toEqual({ Ref: 'ToolsFunctionAliaslive25F6CE17' });
    expect(tools.target).toBe(tools.alias);
    expect(() => synth({ provisionedConcurrentExecutions: 3, reservedConcurrentExecutions: 2 })).toThrow(
      'Stack/Tools: provisionedConcurrentExecutions (3) exceeds reservedConcurrentExecutions (2)',
    );
  });

  it('turn on source maps together with the flag that reads them', () => {
    const { only } = synth({ bundling: { sourceMap: true }, environment: { LEVEL: '1' } });
    expect(only('AWS::Lambda::Function').Properties.Environment.Variables).toEqual({
      NODE_OPTIONS: '--enable-source-maps',
      LEVEL: '1',
    });
  });

  it('take grants for the function', () => {
    const { only } = synth({}, (tools, stack) => {
      const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };
      new dynamodb.Table(stack, 'Table', { partitionKey }).grant(tools, 'dynamodb:GetItem');
    });
    const { Statement } = only('AWS::IAM::Policy').Properties.PolicyDocument;
    expect(Statement.at(-1)).toMatchObject({ Action: 'dynamodb:GetItem', Effect: 'Allow' });
  });
});
