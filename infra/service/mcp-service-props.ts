import type { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { McpAuth } from '../mcp-auth.ts';
import type { ServiceNetwork } from './service-network.ts';

/** Options of `McpService`. */
export interface McpServiceProps {
  /** The server's file, which exports `handler`, made by `createLambdaHandler`. Give this, or `image`. */
  readonly entry?: string;

  /**
   * An image of your own, which listens on PORT, serves MCP at `/mcp` (with `name`, at `/NAME/mcp`), answers `/ping`, and
   * ends by SIGTERM. `sessions` then only wires its tasks: the image starts with `lambda-mcp serve --sessions`.
   */
  readonly image?: ecs.ContainerImage;

  /**
   * Who checks callers: the server itself, by a token. Without it the load balancer is internal, and whoever reaches it calls.
   *
   * @default - nobody
   */
  readonly auth?: McpAuth;

  /**
   * Whether the load balancer has a public address. Needs `auth`, `certificate` and `domainName`.
   *
   * @default false
   */
  readonly public?: boolean;

  /**
   * Of the load balancer, in the stack's region.
   *
   * @default - none: HTTP on port 80
   */
  readonly certificate?: ICertificate;

  /** By which clients call the load balancer, without `McpEdge`: point a DNS record of this name at `loadBalancer`. */
  readonly domainName?: string;

  /**
   * The path's first part: `/NAME/mcp`.
   *
   * @default - none: `/mcp`
   */
  readonly name?: string;

  /**
   * Another service, whose network, cluster and load balancer this one shares. Needs another `name`, or none if that one has
   * one.
   *
   * @default - its own
   */
  readonly beside?: { readonly network: ServiceNetwork };

  /**
   * With private subnets in two zones at least.
   *
   * @default - a new one with two zones and one NAT gateway
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Sessions for clients of the 2025 revisions; several tasks send a session's requests on to the one that has it.
   *
   * @default false
   */
  readonly sessions?: boolean | { readonly idleTimeout?: Duration; readonly maxSessions?: number };

  /**
   * How many tasks there are, and from which load on another one is started.
   *
   * @default - 2 to 10 tasks; 500 sessions in one, or without sessions 1000 requests to one in a minute
   */
  readonly scaling?: {
    readonly minTasks?: number;
    readonly maxTasks?: number;
    /** On average over a service's tasks. */
    readonly sessionsPerTask?: number;
    /** In a minute. */
    readonly requestsPerTask?: number;
  };

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
   * Processor that the image is built for, and runs on.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly architecture?: ecs.CpuArchitecture;

  /** Variables of the server. */
  readonly environment?: Readonly<Record<string, string>>;

  /** Variables whose values Secrets Manager or Parameter Store keeps: `ecs.Secret.fromSecretsManager(secret)`. */
  readonly secrets?: Readonly<Record<string, ecs.Secret>>;

  /**
   * How long running calls may take once a task is to stop; at most 120 seconds.
   *
   * @default Duration.seconds(30)
   */
  readonly stopTimeout?: Duration;

  /**
   * How long a task that is to stop is still sent what belongs to its open connections. It is told to stop afterwards.
   *
   * @default Duration.seconds(30)
   */
  readonly deregistrationDelay?: Duration;

  /**
   * How long the server's log is kept.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Counts of log lines beside `loggedErrors` and `loggedWarnings`, by the metric's name: for JSON that the server's own
   * logger writes.
   *
   * @default - none
   */
  readonly metricFilters?: Readonly<Record<string, logs.IFilterPattern>>;

  /**
   * Percent of a task's memory from which on the alarm rings.
   *
   * @default 85
   */
  readonly memoryAlarm?: number;

  /**
   * Where the alarm is sent.
   *
   * @default - nowhere
   */
  readonly alarmTopic?: ITopic;
}
