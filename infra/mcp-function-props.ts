import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { McpAuth } from './mcp-auth.ts';
import type { McpStdioProps } from './mcp-stdio-props.ts';

/** Options of `NodejsFunction` that a request-and-answer server has no use for, that are deprecated, or that are ours. */
type LeftOut =
  | 'entry'
  | 'code'
  | 'awsSdkConnectionReuse'
  | 'deadLetterQueue'
  | 'deadLetterQueueEnabled'
  | 'deadLetterTopic'
  | 'durableConfig'
  | 'events'
  | 'maxEventAge'
  | 'onFailure'
  | 'onSuccess'
  | 'retryAttempts'
  | 'snapStart'
  | 'tenancyConfig'
  | 'applicationLogLevel'
  | 'systemLogLevel'
  | 'logFormat'
  | 'logGroup'
  | 'logRemovalPolicy'
  | 'logRetention'
  | 'logRetentionRetryOptions'
  | 'logRetentionRole';

/**
 * Options of `McpFunction`: those of CDK's `NodejsFunction`, with other defaults. There is none for the URL's auth
 * type, which is `AWS_IAM` unless `auth` is given, nor for CORS, which a browser would need and an agent does not.
 *
 * | option | default here |
 * |---|---|
 * | `runtime` | `nodejs24.x` |
 * | `architecture` | arm64 |
 * | `memorySize` | 512 MB |
 * | `timeout` | 60 seconds: MCP clients wait no longer for an answer |
 * | `tracing` | active |
 * | `loggingFormat` | JSON |
 * | `bundling` | one minified ES module, AWS SDK included; what you pass is merged over it |
 * | `depsLockFilePath` | as in CDK: the lock file nearest to the working directory; `entry` must lie below its folder |
 * | `role` | a role that may write to the function's own log group and send traces |
 *
 * Install `esbuild` next to `aws-cdk-lib`, or CDK bundles in Docker.
 *
 * Keep `applicationLogLevelV2` at `INFO` or finer: the log line, and so the metrics, count as `INFO`.
 * Source: AWS Lambda Developer Guide, "Log-level filtering".
 */
export interface McpFunctionProps extends Omit<NodejsFunctionProps, LeftOut> {
  /**
   * The server's file, which exports `handler`, made by `createLambdaHandler`. A relative path is taken from the
   * working directory: under the `cdk` command, the folder of `cdk.json`.
   */
  readonly entry?: string;

  /** A stdio server in place of `entry`. */
  readonly stdio?: McpStdioProps;

  /**
   * Who checks callers in place of IAM: `McpAuth.userPool(pool)`. The URL's auth type is then `NONE`: everybody reaches
   * the function, and the server's own option `auth` refuses who has no token. Without that it does not start.
   *
   * @default - IAM
   */
  readonly auth?: McpAuth;

  /**
   * How long the function's log is kept.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * A log group of your own; `logRetention` does not touch it.
   *
   * @default - a new one, which outlives the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * Environments kept started, which are billed whether called or not. The function then gets an alias `live`, and the
   * URL belongs to the alias: turning this on or off changes the URL.
   *
   * Source: AWS Lambda Developer Guide, "Configuring provisioned concurrency for a function".
   *
   * @default - none, no alias
   */
  readonly provisionedConcurrentExecutions?: number;
}
