import { fileURLToPath } from 'node:url';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
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
      [`${TRAIL_NAME}/Marks that were announced never or twice`, servers],
      [`${TRAIL_NAME}/Marks announced without a reset`, servers],
      [`${TRAIL_NAME}/Several lines for one request`, servers],
      [`${TRAIL_NAME}/Calls without a trail record`, both],
    ]);
    expect(queries[0]?.QueryString).toBe(
      'filter _aws.CloudWatchMetrics.0.Namespace = "LambdaMcp" and method = "tools/call"\n' +
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

  it('take an existing bucket, or an existing trail', () => {
    const { audit, template } = synth((stack) => ({ bucket: new s3.Bucket(stack, 'Mine') }));
    expect(audit('AWS::CloudTrail::Trail').Properties.S3BucketName).toEqual({ Ref: 'MineC1B42D3A' });
    const [policy] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    const sids = policy?.Properties.PolicyDocument.Statement.map(({ Sid }: { Sid: string }) => Sid);
    expect(sids).toEqual(['AWSCloudTrailAclCheck', 'AWSCloudTrailWrite']);

    const imported = new Stack(new App({ context: CONTEXT }), 'Imported');
    const tools = new McpFunction(imported, 'Tools', { entry });
    new McpAuditTrail(imported, 'A', { functions: [tools], bucket: s3.Bucket.fromBucketName(imported, 'B', 'mine') });
    Annotations.fromStack(imported).hasWarning('/Imported/A', Match.stringLikeRegexp('AWSCloudTrailWrite'));

    const existing = synth((stack) => ({ existingTrailLogGroup: logs.LogGroup.fromLogGroupName(stack, 'L', 'trail') }));
    expect(existing.template.findResources('AWS::CloudTrail::Trail')).toEqual({});
    expect(existing.text).toContain('put-event-selectors');
    expect(existing.text).toContain('resources.ARN');
    expect(() =>
      synth((stack) => ({
        existingTrailLogGroup: logs.LogGroup.fromLogGroupName(stack, 'L', 'trail'),
        retention: Duration.days(1),
      })),
    ).toThrow('`retention` is for what this makes');
  });

  it('lock what was written', () => {
    const { audit } = synth(() => ({ objectLock: s3.ObjectLockRetention.compliance(Duration.days(365)) }));
    expect(audit('AWS::S3::Bucket').Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 365, Mode: 'COMPLIANCE' } } },
    });
  });

  it('need at least one function', () => {
    expect(() => synth(() => ({ functions: [] }))).toThrow('Stack/Audit: no functions to audit');
  });
});

describe('functions', () => {
  const account = '111122223333';
  const env = { account, region: 'us-east-1' };
  const arn = (region: string, name = 'tools') => `arn:aws:lambda:${region}:${account}:function:${name}`;
  const trailOf = (stack: Stack, fn: McpAuditTrailProps['functions'][number]) => {
    new McpAuditTrail(stack, 'Audit', { functions: [fn] });
    return Template.fromStack(stack);
  };
  const stackOf = (id: string, options: object = { env }) => new Stack(new App({ context: CONTEXT }), id, options);

  it.each(['region', 'account'])('of another %s are refused: the trail would stay empty', (what) => {
    const app = new App({ context: CONTEXT });
    const there = { ...env, ...(what === 'region' ? { region: 'eu-west-1' } : { account: '444455556666' }) };
    const options = { crossRegionReferences: true };
    const fn = new McpFunction(new Stack(app, 'F', { ...options, env: there }), 'Tools', { entry });
    expect(() => trailOf(new Stack(app, 'T', { ...options, env }), fn)).toThrow(`its own ${what}`);
    const stack = stackOf('I');
    const imported = lambda.Function.fromFunctionArn(stack, 'I', arn('eu-west-1'));
    expect(() => trailOf(stack, imported)).toThrow('lies in region eu-west-1');
  });

  it('of other tools are taken by their ARN, aliases by their function', () => {
    const stack = stackOf('I');
    const template = trailOf(stack, lambda.Function.fromFunctionArn(stack, 'I', arn('us-east-1', 'tools:live')));
    const text = JSON.stringify(template.toJSON());
    expect(text).toContain(`"Equals":["${arn('us-east-1')}"]`);
    expect(text).toContain('"LogGroupNames":["/aws/lambda/tools"]');
    const plain = stackOf('P');
    const code = lambda.Code.fromInline('x');
    const fn = new lambda.Function(plain, 'F', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'i.h', code });
    const made = trailOf(plain, fn.addAlias('live'));
    expect(Object.values(made.findResources('AWS::CloudTrail::Trail'))[0]?.Properties.AdvancedEventSelectors).toEqual([
      expect.objectContaining({
        FieldSelectors: expect.arrayContaining([expect.objectContaining({ Equals: [arnOf('FC4345940')] })]),
      }),
    ]);
    expect(made.findResources('Custom::LogRetention')).toEqual({});
  });

  it('of a stack without a region cannot be checked, which is said', () => {
    const stack = stackOf('A', {});
    trailOf(stack, lambda.Function.fromFunctionArn(stack, 'I', arn('eu-west-1')));
    Annotations.fromStack(stack).hasWarning('/A/Audit', Match.stringLikeRegexp('its own region'));
  });

  it.each([
    ['applicationLogLevelV2', lambda.ApplicationLogLevel.WARN],
    ['systemLogLevelV2', lambda.SystemLogLevel.WARN],
  ])('that log too little by %s are refused', (option, level) => {
    const stack = stackOf('L');
    const fn = new McpFunction(stack, 'Tools', { entry, [option]: level });
    expect(() => trailOf(stack, fn)).toThrow(`Set ${option} to INFO`);
  });
});
