import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface TrailBucketOptions {
  readonly trailArn: string;
  readonly retention: Duration;
  readonly serverAccessLogsBucket: s3.IBucket | undefined;
  readonly objectLock: s3.ObjectLockRetention | undefined;
}

/**
 * The bucket of one trail: private, versioned, TLS only, kept when the stack goes. S3 encrypts it with its own keys: the
 * records hold names of callers, no payloads, and nobody can lose a key that S3 keeps. A key of yours, if given to the
 * trail, is used by CloudTrail for each file.
 *
 * Source: AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
 */
export function trailBucket(scope: Construct, { trailArn, retention, ...options }: TrailBucketOptions): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Bucket', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        // No colder storage before that: it bills small files, which these are, as if they had 128 KB.
        expiration: retention,
        // What was deleted or overwritten before its time stays readable for a month.
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
    ...(options.serverAccessLogsBucket && { serverAccessLogsBucket: options.serverAccessLogsBucket }),
    ...(options.objectLock && { objectLockEnabled: true, objectLockDefaultRetention: options.objectLock }),
  });
  letTrailWrite(scope, bucket, trailArn);
  return bucket;
}

/** Lets one trail write to a bucket, and says which statements to add where this app cannot. */
export function letTrailWrite(scope: Construct, bucket: s3.Bucket | s3.IBucket, trailArn: string): void {
  const cloudTrail = new iam.ServicePrincipal('cloudtrail.amazonaws.com');
  const statements = [
    new iam.PolicyStatement({
      sid: 'AWSCloudTrailAclCheck',
      principals: [cloudTrail],
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: { 'aws:SourceArn': trailArn } },
    }),
    new iam.PolicyStatement({
      sid: 'AWSCloudTrailWrite',
      principals: [cloudTrail],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(scope).account}/*`)],
      conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': trailArn } },
    }),
  ];
  const added = statements.map((statement) => bucket.addToResourcePolicy(statement).statementAdded);
  if (added.every(Boolean)) return;
  const needed = JSON.stringify(Stack.of(scope).resolve(statements.map((statement) => statement.toStatementJson())));
  Annotations.of(scope).addWarningV2(
    'lambda-mcp:trail-bucket-policy',
    `The policy of an imported bucket cannot be changed from here. CloudTrail writes to it once it holds: ${needed}`,
  );
}
