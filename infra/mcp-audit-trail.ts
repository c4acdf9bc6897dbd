import { ArnFormat, CfnOutput, Duration, Names, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Bucket, IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AUDIT_QUERIES } from './audit-queries.ts';
import type { McpFunction } from './mcp-function.ts';
import { letTrailWrite, trailBucket } from './trail-bucket.ts';
import { type AnyFunction, type AuditedFunction, auditedFunction } from './trail-functions.ts';
import { letTrailEncrypt } from './trail-key.ts';
import { trailLog } from './trail-log.ts';

/** Options of `McpAuditTrail`. */
export interface McpAuditTrailProps {
  /**
   * The functions whose calls are recorded: at least one, of this account and region. Beside `McpFunction` any function
   * of CDK's, imported ones too (`Function.fromFunctionArn`), whatever deployed them.
   */
  readonly functions: readonly (McpFunction | AnyFunction)[];

  /**
   * The log group that a trail of yours writes to: no trail is made, the queries read this, and the output
   * `TrailSelectors` says what that trail must select. Excludes `bucket`, `encryptionKey` and what else a trail is made of.
   *
   * @default - a trail of its own
   */
  readonly existingTrailLogGroup?: logs.ILogGroup;

  /**
   * A bucket of yours for the records; its retention, versions and encryption stay as they are.
   *
   * @default - a new one
   */
  readonly bucket?: Bucket | IBucket;

  /**
   * For how long nobody may delete or overwrite a record (S3 Object Lock), such as
   * `ObjectLockRetention.compliance(Duration.days(365))`. It cannot be taken back.
   *
   * @default - records can be deleted by those who may; versions keep what was for a month
   */
  readonly objectLock?: ObjectLockRetention;

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
  /** Undefined where an existing trail is used, as its bucket is. */
  readonly trail: CfnTrail | undefined;
  /** Where the records are; undefined where an existing trail is used. */
  readonly bucket: Bucket | IBucket | undefined;
  /** The trail's copy in CloudWatch Logs. */
  readonly logGroup: logs.ILogGroup;

  /**
   * @throws Error when no function is given; for a function of another account or region, or whose log settings drop
   *   what an audit needs; for options that exclude each other
   */
  constructor(scope: Construct, id: string, props: McpAuditTrailProps) {
    super(scope, id);
    if (props.functions.length === 0) {
      throw new Error(`${this.node.path}: no functions to audit. Pass at least one McpFunction in \`functions\`.`);
    }
    const functions = props.functions.map((fn) => auditedFunction(this, fn));
    const trailName = props.trailName ?? Names.uniqueResourceName(this, { maxLength: 128 });
    const selectors = dataEventsOf(functions);
    if (props.existingTrailLogGroup) {
      refuseTogether(this, 'existingTrailLogGroup', props, OF_A_NEW_TRAIL);
      this.logGroup = props.existingTrailLogGroup;
      new CfnOutput(this, 'TrailSelectors', {
        value: Stack.of(this).toJsonString([toApi(selectors)]),
        description:
          'For aws cloudtrail put-event-selectors --advanced-event-selectors, beside those that the trail has',
      });
    } else {
      const made = this.makeTrail(trailName, selectors, props);
      this.trail = made.trail;
      this.bucket = made.bucket;
      this.logGroup = made.logGroup;
    }
    this.saveQueries(trailName, functions);
    new CfnOutput(this, 'TrailLogGroup', {
      value: this.logGroup.logGroupName,
      description: 'For lambda-mcp audit --trail-group',
    });
  }

  private makeTrail(trailName: string, selectors: CfnTrail.AdvancedEventSelectorProperty, props: McpAuditTrailProps) {
    // Made from the name, since the bucket's policy has to name the trail before the trail exists.
    const trailArn = Stack.of(this).formatArn({
      service: 'cloudtrail',
      resource: 'trail',
      resourceName: trailName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    if (props.bucket) {
      refuseTogether(this, 'bucket', props, OF_A_NEW_BUCKET);
      letTrailWrite(this, props.bucket, trailArn);
    }
    const bucket =
      props.bucket ??
      trailBucket(this, {
        trailArn,
        retention: props.retention ?? Duration.days(365),
        serverAccessLogsBucket: props.serverAccessLogsBucket,
        objectLock: props.objectLock,
      });
    if (props.encryptionKey) letTrailEncrypt(this, props.encryptionKey, trailArn);
    const { logGroup, role } = trailLog(this, props.logRetention ?? logs.RetentionDays.THREE_MONTHS);
    const trail = new CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      s3BucketName: bucket.bucketName,
      enableLogFileValidation: true,
      cloudWatchLogsLogGroupArn: logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      ...(props.encryptionKey && { kmsKeyId: props.encryptionKey.keyArn }),
      advancedEventSelectors: [selectors],
    });
    // CloudTrail tries to write as soon as it is made.
    if (bucket.policy) trail.node.addDependency(bucket.policy);
    return { trail, bucket, logGroup };
  }

  private saveQueries(folder: string, functions: readonly AuditedFunction[]): void {
    const servers = [...new Set(functions.map(({ logGroupName }) => logGroupName))];
    for (const { name, over, query } of AUDIT_QUERIES) {
      new logs.CfnQueryDefinition(this, name.replaceAll(' ', ''), {
        name: `${folder}/${name}`,
        queryString: query.join('\n'),
        logGroupNames: over === 'functions' ? servers : [...servers, this.logGroup.logGroupName],
      });
    }
  }
}

const OF_A_NEW_BUCKET = ['retention', 'serverAccessLogsBucket', 'objectLock'] as const;
const OF_A_NEW_TRAIL = [...OF_A_NEW_BUCKET, 'bucket', 'encryptionKey', 'logRetention'] as const;

function refuseTogether(
  scope: Construct,
  option: string,
  props: McpAuditTrailProps,
  others: readonly (keyof McpAuditTrailProps)[],
): void {
  const [other] = others.filter((name) => props[name] !== undefined);
  if (other === undefined) return;
  throw new Error(
    `${scope.node.path}: \`${other}\` is for what this makes, and \`${option}\` exists already. Leave one out.`,
  );
}

/** As CloudTrail's API spells it. */
function toApi({ name, fieldSelectors }: CfnTrail.AdvancedEventSelectorProperty): object {
  const fields = fieldSelectors as readonly CfnTrail.AdvancedFieldSelectorProperty[];
  return {
    Name: name,
    FieldSelectors: fields.map(({ field, equalTo, startsWith }) => ({
      Field: field,
      ...(equalTo && { Equals: equalTo }),
      ...(startsWith && { StartsWith: startsWith }),
    })),
  };
}

/**
 * Every data event of these functions: `Invoke`, `InvokeFunctionUrl`, and any event name that AWS may add, since a
 * record too many harms an audit less than one too few. Records are said to name the function without its alias; the
 * prefix is there in case one does not.
 *
 * Source: AWS Lambda Developer Guide, "Logging AWS Lambda API calls using AWS CloudTrail"; AWS CloudTrail User Guide,
 * "Filtering data events by using advanced event selectors".
 */
function dataEventsOf(functions: readonly AuditedFunction[]): CfnTrail.AdvancedEventSelectorProperty {
  const arns = functions.map(({ arn }) => arn);
  return {
    name: 'Calls of MCP servers',
    fieldSelectors: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: ['AWS::Lambda::Function'] },
      { field: 'resources.ARN', equalTo: arns, startsWith: arns.map((arn) => `${arn}:`) },
    ],
  };
}
