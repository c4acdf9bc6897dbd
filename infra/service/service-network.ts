import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** What services that stand beside one another share. */
export interface ServiceNetwork {
  readonly vpc: ec2.IVpc;
  readonly cluster: ecs.ICluster;
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  readonly listener: elb.ApplicationListener;
  readonly isPublic: boolean;
  readonly isTls: boolean;
  /** By which clients reach them, `https://HOST`; undefined: by the load balancer's own name. `McpEdge` sets its own. */
  origin: string | undefined;
  /** The services, in the order of the listener's rules. */
  readonly services: NetworkService[];
}

/** What those who share a network know of one another. */
export interface NetworkService {
  readonly path: string;
  /** Whether it checks who calls. */
  readonly checksCallers: boolean;
}
