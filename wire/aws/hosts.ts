import { PARTITIONS, type Partition, partitionOf } from './partitions.ts';
import { signingName } from './signing-names.ts';

/** What requests to a host are signed for. */
export interface HostScope {
  readonly service: string;
  readonly region: string;
}

/** What answers behind a host. */
export type HostKind = 'function-url' | 'web-function' | 'api' | 'agentcore' | 'endpoint';

interface HostShape {
  readonly kind: HostKind;
  /** What stands before the suffix; the groups are `service`, unless it is given, and `region`. */
  readonly labels: RegExp;
  readonly suffix: (partition: Partition) => string;
  readonly service?: string;
}

const REGION = '(?<region>[a-z]+(?:-[a-z]+)+-\\d+)';
const SERVICE = '(?<service>[a-z0-9-]+?)(?:-fips)?';

const dns = ({ dnsSuffix }: Partition) => dnsSuffix;
const dualStack = ({ dualStackDnsSuffix }: Partition) => dualStackDnsSuffix;
/** Names that AWS makes for customers' own resources: `on.aws`, `on.amazonwebservices.com.cn`. */
const on = ({ dualStackDnsSuffix }: Partition) => dualStackDnsSuffix.replace(/^api\./, 'on.');

const shape = (kind: HostKind, labels: string, suffix: HostShape['suffix'], service?: string): HostShape => ({
  kind,
  labels: new RegExp(`^${labels}$`),
  suffix,
  ...(service && { service }),
});

const REST_API = `[a-z0-9-]+\\.execute-api(?:-fips)?\\.${REGION}`;
const GATEWAY = `[a-z0-9-]+\\.gateway\\.bedrock-agentcore(?:-fips)?\\.${REGION}`;
const RUNTIME = `bedrock-agentcore(?:-fips)?\\.${REGION}`;
const VPC_ENDPOINT = `vpce-[a-z0-9-]+\\.(?:[a-z0-9-]+\\.)?${SERVICE}\\.${REGION}\\.vpce`;

/** In this order: the first that fits counts. */
const SHAPES: readonly HostShape[] = [
  // AWS Lambda Developer Guide, "Invoking Lambda function URLs"
  shape('function-url', `[a-z0-9]+\\.lambda-url\\.${REGION}`, on, 'lambda'),
  // AWS Lambda Developer Guide, "Lambda Web Functions", endpoints
  shape('web-function', `[a-z0-9-]+(?:\\.[a-z0-9-]+)?\\.lambda-web\\.${REGION}`, on, 'lambda'),
  // Amazon API Gateway Developer Guide, "Invoke REST APIs", and "Invoke a private API" for `ID-vpce-ID`
  shape('api', REST_API, dns, 'execute-api'),
  shape('api', REST_API, dualStack, 'execute-api'),
  // Amazon Bedrock AgentCore Developer Guide, "AgentCore Gateway"
  shape('agentcore', GATEWAY, dns, 'bedrock-agentcore'),
  shape('agentcore', GATEWAY, dualStack, 'bedrock-agentcore'),
  // Amazon Bedrock AgentCore Developer Guide, "Invoke an AgentCore Runtime agent"
  shape('agentcore', RUNTIME, dns, 'bedrock-agentcore'),
  shape('agentcore', RUNTIME, dualStack, 'bedrock-agentcore'),
  // AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint", DNS names, zonal ones among them
  shape('endpoint', VPC_ENDPOINT, dns),
  shape('endpoint', VPC_ENDPOINT, dualStack),
  // AWS General Reference, "AWS service endpoints": standard, FIPS and dual-stack
  shape('endpoint', `${SERVICE}\\.${REGION}`, dns),
  shape('endpoint', `${SERVICE}\\.${REGION}`, dualStack),
];

/** What an AWS host's name tells; undefined for any other host. */
export function readHost(hostname: string): (HostScope & { readonly kind: HostKind }) | undefined {
  for (const { kind, labels, suffix, service } of SHAPES) {
    for (const partition of PARTITIONS) {
      const end = `.${suffix(partition)}`;
      const found = hostname.endsWith(end) ? labels.exec(hostname.slice(0, -end.length))?.groups : undefined;
      const { region = '', service: named = service } = found ?? {};
      if (named && partition.regions.test(region)) return { kind, service: service ?? signingName(named), region };
    }
  }
  return undefined;
}

/** The host of a function URL. */
export function functionUrlHost(urlId: string, region: string): string {
  return `${urlId}.lambda-url.${region}.${on(partitionOf(region))}`;
}

/** The host of a service's endpoint in a region. */
export function endpointHost(service: string, region: string): string {
  return `${service}.${region}.${dns(partitionOf(region))}`;
}
