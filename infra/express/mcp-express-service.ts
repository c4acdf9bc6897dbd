import { CfnOutput, Names } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { assertScaling } from '../service/assert-scaling.ts';
import { writeServerImage } from '../service/server-image.ts';
import { SERVICE_PORT } from '../service/service-port.ts';
import type { McpExpressServiceProps } from './mcp-express-service-props.ts';

/** What Express Mode leaves a task that is to stop is the default of Amazon ECS, 30 seconds. */
const STOP_TIMEOUT = 25_000;

/**
 * An MCP server in Express Mode of Amazon ECS, which makes cluster, load balancer, TLS, domain and scaling by itself: what App
 * Runner was. The image is that of `McpService`. It has no sessions, because its tasks cannot be let at one another.
 *
 * ```ts
 * new McpExpressService(this, 'Tools', { entry: 'server.ts', auth: McpAuth.userPool(people, { serverUrl }) });
 * ```
 *
 * Outputs the URL.
 */
export class McpExpressService extends Construct implements iam.IGrantable {
  /** CDK's construct of the service. */
  readonly service: ecs.CfnExpressGatewayService;
  /** What the server may do. */
  readonly role: iam.Role;
  /** Where the server's log lines go. */
  readonly logGroup: logs.LogGroup;
  /** Of the MCP server. */
  readonly url: string;

  /** @throws Error when everybody could call it, or its tokens would be for nothing */
  constructor(scope: Construct, id: string, props: McpExpressServiceProps) {
    super(scope, id);
    const { auth, scaling = {}, environment, secrets = {} } = props;
    const { minTasks = 1, maxTasks = Math.max(10, minTasks), cpuPercent = 60 } = scaling;
    if (!auth) {
      throw new Error(
        `${this.node.path}: Express Mode gives it a public address, and without auth everybody could call it. Give auth, or ` +
          'take McpService, whose load balancer is internal.',
      );
    }
    if (auth.environment.MCP_SERVER_URL === undefined && environment?.MCP_SERVER_URL === undefined) {
      throw new Error(
        `${this.node.path}: its tokens are for its URL, which Amazon ECS chooses. Give the URL of a domain of yours by ` +
          'McpAuth.userPool(pool, { serverUrl }), or deploy with any and then with the one that the stack puts out.',
      );
    }
    assertScaling(this.node.path, scaling, 1);
    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
    });
    const tasks = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
    this.role = new iam.Role(this, 'Role', { assumedBy: tasks });
    const executionRole = new iam.Role(this, 'ExecutionRole', { assumedBy: tasks });
    const infrastructureRole = new iam.Role(this, 'InfrastructureRole', {
      assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonECSInfrastructureRoleforExpressGatewayServices'),
      ],
    });
    const start = { path: '/mcp', stopTimeout: STOP_TIMEOUT, allowUnauthenticated: false, sessions: undefined };
    const image = new DockerImageAsset(this, 'Image', {
      directory: writeServerImage(this, props.entry, start),
      // What Express Mode runs unless a task definition says otherwise.
      platform: Platform.LINUX_AMD64,
    });
    image.repository.grantPull(executionRole);
    this.logGroup.grantWrite(executionRole);
    for (const secret of Object.values(secrets)) secret.grantRead(executionRole);
    const variables = {
      PORT: String(SERVICE_PORT),
      LAMBDA_MCP_SERVICE: Names.uniqueResourceName(this, { maxLength: 60, separator: '-' }),
      ...auth.environment,
      ...environment,
    };
    this.service = new ecs.CfnExpressGatewayService(this, 'Service', {
      executionRoleArn: executionRole.roleArn,
      infrastructureRoleArn: infrastructureRole.roleArn,
      taskRoleArn: this.role.roleArn,
      ...(props.serviceName !== undefined && { serviceName: props.serviceName }),
      cpu: String(props.cpu ?? 512),
      memory: String(props.memory ?? 1024),
      healthCheckPath: '/ping',
      scalingTarget: {
        autoScalingMetric: 'AVERAGE_CPU',
        autoScalingTargetValue: cpuPercent,
        minTaskCount: minTasks,
        maxTaskCount: maxTasks,
      },
      primaryContainer: {
        image: image.imageUri,
        containerPort: SERVICE_PORT,
        environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
        secrets: Object.entries(secrets).map(([name, { arn }]) => ({ name, valueFrom: arn })),
        awsLogsConfiguration: { logGroup: this.logGroup.logGroupName, logStreamPrefix: 'mcp' },
      },
    });
    // Its tasks start before it is there.
    this.service.node.addDependency(executionRole, infrastructureRole, this.role);
    this.url = `https://${this.service.attrEndpoint}/mcp`;
    new CfnOutput(this, 'Url', { value: this.url, description: 'MCP endpoint: OAuth' });
  }

  /** Rights granted to the construct go to the task's role. */
  get grantPrincipal(): iam.IPrincipal {
    return this.role.grantPrincipal;
  }
}
