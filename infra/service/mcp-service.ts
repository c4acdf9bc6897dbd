import { CfnOutput, Duration, Lazy, Names, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { assertCertificateRegion } from '../certificate-region.ts';
import { checkServiceProps } from './check-service-props.ts';
import { makeNetwork } from './make-network.ts';
import type { McpServiceProps } from './mcp-service-props.ts';
import { scaleService } from './scale-service.ts';
import { writeServerImage } from './server-image.ts';
import { countLogLines, memoryAlarm } from './service-metrics.ts';
import type { NetworkService, ServiceNetwork } from './service-network.ts';
import { servicePaths } from './service-paths.ts';
import { SERVICE_PORT } from './service-port.ts';

/**
 * An MCP server as a service of Amazon ECS on Fargate, behind an Application Load Balancer.
 *
 * ```ts
 * const tools = new McpService(this, 'Tools', { entry: 'server.ts' });
 * tools.connections.allowDefaultPortFrom(agents);
 * table.grantReadData(tools);
 * ```
 *
 * Outputs the URL.
 */
export class McpService extends Construct implements iam.IGrantable, ec2.IConnectable, NetworkService {
  /** CDK's construct of the service. */
  readonly service: ecs.FargateService;
  /** The container of each task. */
  readonly container: ecs.ContainerDefinition;
  /** The tasks, as the load balancer sees them. */
  readonly targetGroup: elb.ApplicationTargetGroup;
  /** VPC, cluster, load balancer and listener: shared with whoever stands `beside`. */
  readonly network: ServiceNetwork;
  /** Who reaches the load balancer; nobody, until allowed. */
  readonly connections: ec2.Connections;
  /** What the server may do. */
  readonly role: iam.IRole;
  /** Where the server's log lines go. */
  readonly logGroup: logs.LogGroup;
  /** Fires when a task's memory is nearly used up. */
  readonly memoryAlarm: Alarm;
  /** Of the MCP server: `/mcp` or `/NAME/mcp`. */
  readonly path: string;
  /** The options that it was made with. */
  readonly props: McpServiceProps;
  /** Of the metrics, and of the log's lines. */
  readonly name: string;

  /** @throws Error for what cannot be meant, with what to do */
  constructor(scope: Construct, id: string, props: McpServiceProps) {
    super(scope, id);
    checkServiceProps(this.node.path, props);
    if (props.certificate) {
      assertCertificateRegion(this.node.path, props.certificate, Stack.of(this).region, 'a load balancer here');
    }
    this.props = props;
    this.path = props.name === undefined ? '/mcp' : `/${props.name}/mcp`;
    this.name = Names.uniqueResourceName(this, { maxLength: 60, separator: '-' });
    this.network = props.beside?.network ?? makeNetwork(this, props);
    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
    });
    const architecture = props.architecture ?? ecs.CpuArchitecture.ARM64;
    const task = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: props.cpu ?? 512,
      memoryLimitMiB: props.memory ?? 1024,
      runtimePlatform: { cpuArchitecture: architecture, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX },
    });
    this.role = task.taskRole;
    this.container = this.addContainer(task, architecture);
    const { cluster, listener, vpc } = this.network;
    const securityGroup = new ec2.SecurityGroup(this, 'Tasks', { vpc, description: 'Tasks of an MCP server' });
    // A session's requests go on to the task that has it.
    if (props.sessions)
      securityGroup.addIngressRule(securityGroup, ec2.Port.tcp(SERVICE_PORT), 'Sessions of other tasks');
    this.service = new ecs.FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      securityGroups: [securityGroup],
      vpcSubnets: { subnets: vpc.privateSubnets },
      assignPublicIp: false,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
    });
    this.targetGroup = new elb.ApplicationTargetGroup(this, 'Targets', {
      vpc,
      port: SERVICE_PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [this.service],
      deregistrationDelay: props.deregistrationDelay ?? Duration.seconds(30),
      healthCheck: {
        path: '/ping',
        healthyHttpCodes: '200',
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    this.connections = listener.connections;
    this.addRules(listener);
    scaleService(this.service, this.targetGroup, this.name, props);
    countLogLines(this, this.logGroup, this.name, props.metricFilters);
    this.memoryAlarm = memoryAlarm(this, this.service, props);
    this.node.addValidation({ validate: () => this.problems() });
    new CfnOutput(this, 'Url', { value: this.urlLater, description: 'MCP endpoint in the VPC, or as domainName says' });
  }

  /** Whether the server itself checks who calls, by the option `auth`. */
  get checksCallers(): boolean {
    return this.props.auth !== undefined;
  }

  /** As clients call it: below `domainName`, or the distribution, or the load balancer's own name. */
  get url(): string {
    const { origin, isTls, loadBalancer } = this.network;
    return `${origin ?? `${isTls ? 'https' : 'http'}://${loadBalancer.loadBalancerDnsName}`}${this.path}`;
  }

  /** An `McpEdge` may come. */
  private get urlLater(): string {
    return Lazy.string({ produce: () => this.url });
  }

  /** Rights granted to the construct go to the task's role. */
  get grantPrincipal(): iam.IPrincipal {
    return this.role.grantPrincipal;
  }

  private addContainer(task: ecs.FargateTaskDefinition, architecture: ecs.CpuArchitecture): ecs.ContainerDefinition {
    const { entry, image, auth, sessions, environment, secrets } = this.props;
    const stopTimeout = this.props.stopTimeout ?? Duration.seconds(30);
    const { idleTimeout, maxSessions } = typeof sessions === 'object' ? sessions : {};
    const start = {
      path: this.path,
      // The process ends by itself before it is ended.
      stopTimeout: Math.max(stopTimeout.toMilliseconds() - 5000, 1000),
      allowUnauthenticated: auth === undefined,
      sessions: sessions
        ? {
            ...(idleTimeout && { idleTimeout: idleTimeout.toMilliseconds() }),
            ...(maxSessions !== undefined && { maxSessions }),
          }
        : undefined,
    };
    const platform = architecture === ecs.CpuArchitecture.X86_64 ? Platform.LINUX_AMD64 : Platform.LINUX_ARM64;
    const secret = sessions
      ? (this.props.secrets?.SESSION_SECRET ??
        ecs.Secret.fromSecretsManager(
          new Secret(this, 'SessionSecret', {
            description: 'Signs the ids of MCP sessions',
            generateSecretString: { passwordLength: 64, excludePunctuation: true },
          }) as unknown as ISecret,
        ))
      : undefined;
    return task.addContainer('Server', {
      image: image ?? ecs.ContainerImage.fromAsset(writeServerImage(this, entry as string, start), { platform }),
      essential: true,
      stopTimeout,
      portMappings: [{ containerPort: SERVICE_PORT }],
      environment: {
        PORT: String(SERVICE_PORT),
        LAMBDA_MCP_SERVICE: this.name,
        ...auth?.environment,
        ...(auth && auth.environment.MCP_SERVER_URL === undefined && { MCP_SERVER_URL: this.urlLater }),
        ...environment,
      },
      secrets: { ...secrets, ...(secret && { SESSION_SECRET: secret }) },
      logging: ecs.LogDrivers.awsLogs({ logGroup: this.logGroup, streamPrefix: 'mcp' }),
    });
  }

  private addRules(listener: elb.ApplicationListener): void {
    const { services } = this.network;
    if (services.some(({ path }) => path === this.path)) {
      throw new Error(`${this.node.path}: another service beside it has the path ${this.path}. Give it another name.`);
    }
    new elb.ApplicationListenerRule(this, 'Rule', {
      listener,
      priority: (services.length + 1) * 10,
      conditions: [elb.ListenerCondition.pathPatterns(servicePaths(this.path, services.length === 0))],
      action: elb.ListenerAction.forward([this.targetGroup]),
    });
    services.push(this);
  }

  private problems(): string[] {
    const { auth, environment } = this.props;
    const known = auth?.environment.MCP_SERVER_URL ?? environment?.MCP_SERVER_URL ?? this.network.origin;
    if (!auth || known !== undefined) return [];
    return [
      `${this.node.path}: its tokens are for its URL, which is not known: give domainName, put an McpEdge in front, or name ` +
        'it by McpAuth.userPool(pool, { serverUrl }).',
    ];
  }
}
