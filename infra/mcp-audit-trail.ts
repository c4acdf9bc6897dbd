import { ArnFormat, CfnOutput, Duration, Names, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AUDIT_QUERIES } from './audit-queries.ts';
import type { McpFunction } from './mcp-function.ts';
import { trailBucket } from './trail-bucket.ts';
import { letTrailEncrypt } from './trail-key.ts';
import { trailLog } from './trail-log.ts';

export interface McpAuditTrailProps {
  /** The functions whose calls are recorded: at least one, of this account and region. */
  readonly functions: readonly McpFunction[];

  /**
   * The trail's name: 3 to 128 letters, digits, dots, dashes and underscores.
   *
   * @default - made from the stack's name and the construct's path
   */
  readonly trailName?: string;

  /**
   * How long records are kept in S3.
   *
   * @default Duration.days(365)
   */
  readonly retention?: Duration;

  /**
   * How long records can be queried in CloudWatch Logs.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * A key of yours for the records in S3, for those who must decide who may decrypt them.
   *
   * @default - S3's own keys, at no cost
   */
  readonly encryptionKey?: IKey;

  /**
   * Where S3 logs who reads the records.
   *
   * @default - reading is not logged
   */
  readonly serverAccessLogsBucket?: IBucket;
}

/**
 * AWS's own record of the calls to these functions, by URL or by the Invoke API: a CloudTrail trail with validated log
 * files in S3, a copy in CloudWatch Logs, and saved Logs Insights queries over it and over the servers' own log lines.
 *
 * ```ts
 * new McpAuditTrail(this, 'Audit', { functions: [tools] });
 * ```
 *
 * CloudTrail charges for each data event.
 */
export class McpAuditTrail extends Construct {
  readonly trail: CfnTrail;
  readonly bucket: Bucket;
  /** The trail's copy in CloudWatch Logs. */
  readonly logGroup: logs.LogGroup;

  /** @throws Error when no function is given. */
  constructor(scope: Construct, id: string, props: McpAuditTrailProps) {
    super(scope, id);
    if (props.functions.length === 0) {
      throw new Error(`${this.node.path}: no functions to audit. Pass at least one McpFunction in \`functions\`.`);
    }
    const trailName = props.trailName ?? Names.uniqueResourceName(this, { maxLength: 128 });
    // Made from the name, since the bucket's policy has to name the trail before the trail exists.
    const trailArn = Stack.of(this).formatArn({
      service: 'cloudtrail',
      resource: 'trail',
      resourceName: trailName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });

    this.bucket = trailBucket(this, {
      trailArn,
      retention: props.retention ?? Duration.days(365),
      serverAccessLogsBucket: props.serverAccessLogsBucket,
    });
    if (props.encryptionKey) letTrailEncrypt(this, props.encryptionKey, trailArn);
    const { logGroup, role } = trailLog(this, props.logRetention ?? logs.RetentionDays.THREE_MONTHS);
    this.logGroup = logGroup;

    this.trail = new CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      s3BucketName: this.bucket.bucketName,
      enableLogFileValidation: true,
      cloudWatchLogsLogGroupArn: logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      ...(props.encryptionKey && { kmsKeyId: props.encryptionKey.keyArn }),
      advancedEventSelectors: [dataEventsOf(props.functions)],
    });
    // CloudTrail tries to write as soon as it is made.
    if (this.bucket.policy) this.trail.node.addDependency(this.bucket.policy);

    this.saveQueries(trailName, props.functions);
    new CfnOutput(this, 'TrailLogGroup', {
      value: logGroup.logGroupName,
      description: 'For lambda-mcp audit --trail-group',
    });
  }

  private saveQueries(folder: string, functions: readonly McpFunction[]): void {
    const servers = [...new Set(functions.map((mcp) => mcp.logGroup))];
    for (const { name, over, query } of AUDIT_QUERIES) {
      const groups = over === 'functions' ? servers : [...servers, this.logGroup];
      new logs.CfnQueryDefinition(this, name.replaceAll(' ', ''), {
        name: `${folder}/${name}`,
        queryString: query.join('\n'),
        logGroupNames: groups.map((group) => group.logGroupName),
      });
    }
  }
}

/**
 * Every data event of these functions: `Invoke`, `InvokeFunctionUrl`, and any event name that AWS may add, since a
 * record too many harms an audit less than one too few. Records are said to name the function without its alias; the
 * prefix is there in case one does not.
 *
 * Source: AWS Lambda Developer Guide, "Logging AWS Lambda API calls using AWS CloudTrail"; AWS CloudTrail User Guide,
 * "Filtering data events by using advanced event selectors".
 */
function dataEventsOf(functions: readonly McpFunction[]): CfnTrail.AdvancedEventSelectorProperty {
  const arns = functions.map((mcp) => mcp.function.functionArn);
  return {
    name: 'Calls of MCP servers',
    fieldSelectors: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: ['AWS::Lambda::Function'] },
      { field: 'resources.ARN', equalTo: arns, startsWith: arns.map((arn) => `${arn}:`) },
    ],
  };
}
