import { Duration, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { McpServiceProps } from './mcp-service-props.ts';
import type { ServiceNetwork } from './service-network.ts';

/** Shorter than the server keeps an idle connection, which is 75 seconds, and longer than its silence of 15. */
const IDLE_TIMEOUT = Duration.seconds(60);

/**
 * A load balancer in private subnets of two zones, or with `public` in public ones, which lets nobody in by itself, and answers
 * 404 on whatever path no service has.
 *
 * @throws Error for a network of fewer than two zones with private subnets
 */
export function makeNetwork(scope: Construct, props: McpServiceProps): ServiceNetwork {
  // CDK's own classes do not fit its interfaces where optional properties must be exact.
  const vpc = props.vpc ?? (new ec2.Vpc(scope, 'Vpc', { maxAzs: 2, natGateways: 1 }) as unknown as ec2.IVpc);
  const zones = vpc.privateSubnets.map(({ availabilityZone }) => availabilityZone);
  if (new Set(zones).size < 2 && !Token.isUnresolved(zones)) {
    throw new Error(
      `${scope.node.path}: the VPC has private subnets in fewer than two zones. Add some, or leave out vpc.`,
    );
  }
  const { certificate } = props;
  const loadBalancer = new elb.ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc,
    internetFacing: props.public === true,
    // A load balancer takes one subnet of a zone, and a VPC may have several.
    vpcSubnets: {
      subnetType: props.public ? ec2.SubnetType.PUBLIC : ec2.SubnetType.PRIVATE_WITH_EGRESS,
      onePerAz: true,
    },
    idleTimeout: IDLE_TIMEOUT,
    dropInvalidHeaderFields: true,
  });
  const listener = loadBalancer.addListener('Listener', {
    ...(certificate
      ? { port: 443, certificates: [certificate], sslPolicy: elb.SslPolicy.RECOMMENDED_TLS }
      : { port: 80, protocol: elb.ApplicationProtocol.HTTP }),
    open: props.public === true,
    defaultAction: elb.ListenerAction.fixedResponse(404, {
      contentType: 'application/json',
      messageBody: JSON.stringify({ error: 'No MCP server has this path.' }),
    }),
  });
  const made = new ecs.Cluster(scope, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
  const cluster = made as unknown as ecs.ICluster;
  const isPublic = props.public === true;
  const origin = props.domainName === undefined ? undefined : `https://${props.domainName}`;
  return { vpc, cluster, loadBalancer, listener, isPublic, isTls: certificate !== undefined, origin, services: [] };
}
