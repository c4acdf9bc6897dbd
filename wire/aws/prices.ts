/**
 * List prices of AWS Lambda in dollars: us-east-1, as of 2026-11, no free tier and no savings plan.
 *
 * Source: AWS Lambda pricing; not re-checked for other regions.
 */
export const LAMBDA_PRICES = {
  request: 0.2e-6,
  /** A second of one GB (1024 MB), by architecture. */
  gigabyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  /** A GB of streamed response beyond the first 6 MB of each. */
  streamedGigabyte: 0.008,
} as const;

export type Architecture = keyof typeof LAMBDA_PRICES.gigabyteSecond;

/**
 * List prices in dollars of what else a server may stand on: us-east-1, as of 2026-11, no free tier. Lambda Web Functions are
 * not among them: no price of theirs is known here.
 *
 * Source: the services' price pages, written down from memory and not re-checked; of AgentCore as others report them.
 */
export const HOST_PRICES = {
  /** Amazon API Gateway, a request of a REST API, up to 333 million a month. */
  restApiRequest: 3.5e-6,
  /** Bedrock AgentCore Runtime: processor time that is used, and memory while a session lives. */
  agentRuntime: { vcpuHour: 0.0895, gigabyteHour: 0.00945 },
  /** Bedrock AgentCore Gateway, a call of `tools/list` or `tools/call`. */
  agentGatewayCall: 5e-6,
  /** AWS Fargate, x86_64. */
  fargate: { vcpuHour: 0.04048, gigabyteHour: 0.004445 },
  /** Elastic Load Balancing, an Application Load Balancer and a capacity unit (LCU): 1 GB, or 25 new connections a second. */
  loadBalancer: { hour: 0.0225, capacityUnitHour: 0.008 },
  /** Amazon VPC, a NAT gateway. */
  natGateway: { hour: 0.045 },
  /** To the internet, beyond the first 100 GB of a month. */
  traffic: { gigabyte: 0.09, freeGigabytes: 100 },
} as const;
