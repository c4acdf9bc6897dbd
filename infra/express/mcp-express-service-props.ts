import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { McpAuth } from '../mcp-auth.ts';

/** Options of `McpExpressService`. */
export interface McpExpressServiceProps {
  /** The server's file, which exports `handler`, made by `createLambdaHandler`. */
  readonly entry: string;

  /**
   * Who checks callers: the server, by tokens for its URL. Express Mode gives the service a public address, so that nothing
   * else would.
   *
   * The URL is known once the service is there, unless a domain of yours points at it:
   * `McpAuth.userPool(pool, { serverUrl: 'https://DOMAIN/mcp' })`.
   */
  readonly auth: McpAuth;

  /**
   * Unique in the cluster.
   *
   * @default - chosen by Amazon ECS
   */
  readonly serviceName?: string;

  /**
   * Units of a vCPU's 1/1024.
   *
   * @default 512
   */
  readonly cpu?: number;

  /**
   * MB.
   *
   * @default 1024
   */
  readonly memory?: number;

  /**
   * How many tasks there are, and the CPU use in percent that they are kept at.
   *
   * @default - 1 to 10 tasks, with 60 % of their CPU used
   */
  readonly scaling?: { readonly minTasks?: number; readonly maxTasks?: number; readonly cpuPercent?: number };

  /** Variables of the server. */
  readonly environment?: Readonly<Record<string, string>>;

  /** Variables whose values Secrets Manager or Parameter Store keeps. */
  readonly secrets?: Readonly<Record<string, ecs.Secret>>;

  /**
   * How long the server's log is kept.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;
}
