import { PARTITIONS } from './partitions.ts';

/** What requests to a host are signed for. */
export interface HostScope {
  readonly service: string;
  readonly region: string;
}

interface HostShape {
  /** What stands before the suffix; the groups are `service`, unless it is given, and `region`. */
  readonly labels: RegExp;
  readonly suffix: 'dns' | 'dual-stack' | 'on' | 'vpce';
  readonly service?: string;
}

const REGION = '(?<region>[a-z]+(?:-[a-z]+)+-\\d+)';
const SERVICE = '(?<service>[a-z0-9-]+?)(?:-fips)?';
const shape = (labels: string, suffix: HostShape['suffix'], service?: string): HostShape => ({
  labels: new RegExp(`^${labels}$`),
  suffix,
  ...(service && { service }),
});

/** In this order: the first that fits counts. */
const SHAPES: readonly HostShape[] = [
  // AWS Lambda Developer Guide, "Invoking Lambda function URLs"
  shape(`[a-z0-9]+\\.lambda-url\\.${REGION}`, 'on', 'lambda'),
  // AWS Lambda Developer Guide, "Lambda Web Functions", endpoints
  shape(`[a-z0-9-]+(?:\\.[a-z0-9-]+)?\\.lambda-web\\.${REGION}`, 'on', 'lambda'),
  // Amazon API Gateway Developer Guide, "Invoke REST APIs", and "Private REST APIs" for `ID-vpce-ID`
  shape(`[a-z0-9-]+\\.execute-api(?:-fips)?\\.${REGION}`, 'dns', 'execute-api'),
  shape(`[a-z0-9-]+\\.execute-api(?:-fips)?\\.${REGION}`, 'dual-stack', 'execute-api'),
  // Amazon Bedrock AgentCore Developer Guide, "AgentCore Gateway"
  shape(`[a-z0-9-]+\\.gateway\\.bedrock-agentcore(?:-fips)?\\.${REGION}`, 'dns', 'bedrock-agentcore'),
  // AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint", DNS names, zonal ones among them
  shape(`vpce-[a-z0-9-]+\\.(?:[a-z0-9-]+\\.)?${SERVICE}\\.${REGION}`, 'vpce'),
  // AWS General Reference, "AWS service endpoints": standard, FIPS and dual-stack
  shape(`${SERVICE}\\.${REGION}`, 'dns'),
  shape(`${SERVICE}\\.${REGION}`, 'dual-stack'),
];

/** What an AWS host's name tells of its service and region; undefined for any other host. */
export function hostScope(hostname: string): HostScope | undefined {
  for (const { labels, suffix, service } of SHAPES) {
    for (const { dnsSuffix, dualStackDnsSuffix, regions } of PARTITIONS) {
      const end = `.${suffixOf(suffix, dnsSuffix, dualStackDnsSuffix)}`;
      const found = hostname.endsWith(end) ? labels.exec(hostname.slice(0, -end.length))?.groups : undefined;
      const { region = '', service: named = service } = found ?? {};
      if (named && regions.test(region)) return { service: named, region };
    }
  }
  return undefined;
}

function suffixOf(suffix: HostShape['suffix'], dns: string, dualStack: string): string {
  if (suffix === 'dns') return dns;
  if (suffix === 'vpce') return `vpce.${dns}`;
  // Lambda's own domain is the dual-stack one's sister: `on.aws`, `on.amazonwebservices.com.cn`.
  return suffix === 'on' ? dualStack.replace(/^api\./, 'on.') : dualStack;
}
