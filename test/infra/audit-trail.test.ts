import { fileURLToPath } from 'node:url';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { McpAuditTrail, type McpAuditTrailProps, McpFunction } from '../../infra/index.ts';

const entry = fileURLToPath(import.meta.url);
// No bundling, and CDK holds each template against CloudFormation's rules.
const CONTEXT = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };

function synth(options: (stack: Stack) => Partial<McpAuditTrailProps> = () => ({})) {
  const stack = new Stack(new App({ context: CONTEXT }), 'Stack');
  const functions = [
    new McpFunction(stack, 'Tools', { entry }),
    new McpFunction(stack, 'Warm', { entry, provisionedConcurrentExecutions: 1 }),
  ];
  new McpAuditTrail(stack, 'Audit', { functions, ...options(stack) });
  const template = Template.fromStack(stack);
  const audit = (type: string) => {
    const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith('Audit'));
    if (!found[0] || found.length > 1) throw new Error(`${type}: ${found.length} found`);
    return found[0][1];
  };
  return { template, audit, text: JSON.stringify(template.toJSON()) };
}

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const TOOLS = arnOf('ToolsFunctionF68D6A82');
const WARM = arnOf('WarmFunctionD21BB943');
const BUCKET = 'AuditBucket7486E833';
const TRAIL_NAME = 'StackAudit9CF4CB89';
const ACCOUNT = { Ref: 'AWS::AccountId' };
const REGION = { Ref: 'AWS::Region' };
const PARTITION = { Ref: 'AWS::Partition' };
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const TRAIL_ARN = join('arn:', PARTITION, ':cloudtrail:', REGION, ':', ACCOUNT, `:trail/${TRAIL_NAME}`);
const CLOUDTRAIL = { Service: 'cloudtrail.amazonaws.com' };

describe('McpAuditTrail', () => {
  const { audit, template, text } = synth();

  it('records every data event of just these functions, and lets nobody change the record unseen', () => {
    expect(audit('AWS::CloudTrail::Trail')).toEqual({
      Type: 'AWS::CloudTrail::Trail',
      DependsOn: ['AuditBucketPolicyE6CAAC5C'],
      Properties: {
        AdvancedEventSelectors: [
          {
            Name: 'Calls of MCP servers',
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Data'] },
              { Field: 'resources.type', Equals: ['AWS::Lambda::Function'] },
              { Field: 'resources.ARN', Equals: [TOOLS, WARM], StartsWith: [join(TOOLS, ':'), join(WARM, ':')] },
            ],
          },
        ],
        CloudWatchLogsLogGroupArn: arnOf('AuditLogGroup4CD660E1'),
        CloudWatchLogsRoleArn: arnOf('AuditLogRoleEA332F32'),
        EnableLogFileValidation: true,
        IsLogging: true,
        S3BucketName: { Ref: BUCKET },
        TrailName: TRAIL_NAME,
      },
    });
  });

  it('keeps records a year in a private, encrypted, versioned bucket that outlives the stack', () => {
    expect(audit('AWS::S3::Bucket')).toEqual({
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        LifecycleConfiguration: {
          Rules: [
            {
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
              ExpirationInDays: 365,
              NoncurrentVersionExpiration: { NoncurrentDays: 30 },
              Status: 'Enabled',
            },
          ],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
  });

  it('lets this trail alone write to the bucket, over TLS alone', () => {
    expect(audit('AWS::S3::BucketPolicy').Properties).toEqual({
      Bucket: { Ref: BUCKET },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Resource: [arnOf(BUCKET), join(arnOf(BUCKET), '/*')],
          },
          {
            Sid: 'AWSCloudTrailAclCheck',
            Action: 's3:GetBucketAcl',
            Condition: { StringEquals: { 'aws:SourceArn': TRAIL_ARN } },
            Effect: 'Allow',
            Principal: CLOUDTRAIL,
            Resource: arnOf(BUCKET),
          },
          {
            Sid: 'AWSCloudTrailWrite',
            Action: 's3:PutObject',
            Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': TRAIL_ARN } },
            Effect: 'Allow',
            Principal: CLOUDTRAIL,
            Resource: join(arnOf(BUCKET), '/AWSLogs/', ACCOUNT, '/*'),
          },
        ],
      },
    });
  });

  it('lets CloudTrail write its own streams of one log group', () => {
    expect(audit('AWS::IAM::Role').Properties).toEqual({
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: CLOUDTRAIL }],
      },
      Policies: [
        {
          PolicyName: 'WriteTrail',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                Effect: 'Allow',
                Resource: join(
                  'arn:',
                  PARTITION,
                  ':logs:',
                  REGION,
                  ':',
                  ACCOUNT,
                  ':log-group:',
                  { Ref: 'AuditLogGroup4CD660E1' },
                  ':log-stream:',
                  ACCOUNT,
                  '_CloudTrail_',
                  REGION,
                  '*',
                ),
              },
            ],
          },
        },
      ],
    });
    expect(audit('AWS::Logs::LogGroup').Properties).toEqual({ RetentionInDays: 90 });
  });

  it('saves the queries of an audit over the right logs', () => {
    const servers = [{ Ref: 'ToolsLogGroup70D3FD20' }, { Ref: 'WarmLogGroup5B6E1E02' }];
    const both = [...servers, { Ref: 'AuditLogGroup4CD660E1' }];
    const queries = Object.values(template.findResources('AWS::Logs::QueryDefinition')).map((one) => one.Properties);
    expect(queries.map(({ Name, LogGroupNames }) => [Name, LogGroupNames])).toEqual([
      [`${TRAIL_NAME}/Who called which tool`, servers],
      [`${TRAIL_NAME}/Refusals`, both],
      [`${TRAIL_NAME}/Use by caller`, servers],
      [`${TRAIL_NAME}/Calls without a trail record`, both],
    ]);
    expect(queries[0]?.QueryString).toBe(
      'filter method = "tools/call"\n' +
        '| stats count(*) as calls, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen by caller, tool, outcome\n' +
        '| sort calls desc',
    );
  });

  it('allows nothing to everybody and everything to nobody', () => {
    expect(text).not.toMatch(/"Effect":"Allow","Principal":(\{"AWS":)?"\*"/);
    expect(text).not.toMatch(/"Action":"[^"]*\*"[^}]*"Effect":"Allow"/);
  });
});

describe('options', () => {
  it('take a name, retention, and a bucket for access logs', () => {
    const { audit } = synth((stack) => ({
      trailName: 'mcp',
      retention: Duration.days(30),
      logRetention: logs.RetentionDays.ONE_WEEK,
      serverAccessLogsBucket: s3.Bucket.fromBucketName(stack, 'Access', 'access-logs'),
    }));
    expect(audit('AWS::CloudTrail::Trail').Properties.TrailName).toBe('mcp');
    expect(audit('AWS::S3::Bucket').Properties).toMatchObject({
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30 }] },
      LoggingConfiguration: { DestinationBucketName: 'access-logs' },
    });
    expect(audit('AWS::Logs::LogGroup').Properties).toEqual({ RetentionInDays: 7 });
  });

  it('encrypt with a key of the owner, which only this trail may use', () => {
    const { audit, template } = synth((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }));
    expect(audit('AWS::CloudTrail::Trail').Properties.KMSKeyId).toEqual(arnOf('Key961B73FD'));
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    expect(key?.Properties.KeyPolicy.Statement.slice(1)).toEqual([
      {
        Sid: 'AWSCloudTrailEncrypt',
        Action: 'kms:GenerateDataKey*',
        Condition: {
          StringEquals: { 'aws:SourceArn': TRAIL_ARN },
          StringLike: {
            'kms:EncryptionContext:aws:cloudtrail:arn': join('arn:', PARTITION, ':cloudtrail:*:', ACCOUNT, ':trail/*'),
          },
        },
        Effect: 'Allow',
        Principal: CLOUDTRAIL,
        Resource: '*',
      },
      {
        Sid: 'AWSCloudTrailDescribeKey',
        Action: 'kms:DescribeKey',
        Condition: { StringEquals: { 'aws:SourceArn': TRAIL_ARN } },
        Effect: 'Allow',
        Principal: CLOUDTRAIL,
        Resource: '*',
      },
    ]);
  });

  it('need at least one function', () => {
    expect(() => synth(() => ({ functions: [] }))).toThrow('Stack/Audit: no functions to audit');
  });
});
