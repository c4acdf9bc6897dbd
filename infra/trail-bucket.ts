import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface TrailBucketOptions {
  readonly trailArn: string;
  readonly retention: Duration;
  readonly serverAccessLogsBucket: s3.IBucket | undefined;
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
  });

  const cloudTrail = new iam.ServicePrincipal('cloudtrail.amazonaws.com');
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'AWSCloudTrailAclCheck',
      principals: [cloudTrail],
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: { 'aws:SourceArn': trailArn } },
    }),
  );
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'AWSCloudTrailWrite',
      principals: [cloudTrail],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(scope).account}/*`)],
      conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': trailArn } },
    }),
  );
  return bucket;
}
