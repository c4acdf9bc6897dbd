import { endpointHost } from '../wire/aws/hosts.ts';
import { readRuntimeArn, runtimePath } from '../wire/aws/runtime-arn.ts';
import { TargetError } from './errors.ts';
import type { SigningScope } from './signing-scope.ts';

/** An agent runtime of AgentCore as a URL, and what its requests are signed for. */
export interface RuntimeTarget {
  readonly url: URL;
  readonly scope: SigningScope;
}

export interface RuntimeTargetOptions extends Partial<Record<keyof SigningScope, string | undefined>> {
  /** Name of the runtime's endpoint. @default the ARN's, else `DEFAULT` */
  readonly qualifier?: string | undefined;
  /**
   * Of the AgentCore API, such as an interface VPC endpoint.
   * @default AWS_ENDPOINT_URL_BEDROCK_AGENTCORE or AWS_ENDPOINT_URL, else the region's
   */
  readonly endpoint?: string | undefined;
}

/**
 * Where an agent runtime is called, by its ARN or that of its endpoint; undefined when a target is neither.
 *
 * @throws {TargetError} when the endpoint is no URL
 */
export function readRuntimeTarget(
  target: string,
  { qualifier, endpoint, service, region }: RuntimeTargetOptions = {},
): RuntimeTarget | undefined {
  const runtime = readRuntimeArn(target);
  if (!runtime) return undefined;
  const { AWS_ENDPOINT_URL_BEDROCK_AGENTCORE, AWS_ENDPOINT_URL } = globalThis.process?.env ?? {};
  const given = endpoint || AWS_ENDPOINT_URL_BEDROCK_AGENTCORE || AWS_ENDPOINT_URL;
  if (given && !/^https?:$/.test(URL.parse(given)?.protocol ?? '')) {
    throw new TargetError(`The endpoint of AgentCore is no http or https URL: ${JSON.stringify(given)}.`);
  }
  const url = new URL(
    runtimePath({ ...runtime, ...(qualifier && { qualifier }) }),
    given || `https://${endpointHost('bedrock-agentcore', runtime.region)}`,
  );
  return { url, scope: { service: service ?? 'bedrock-agentcore', region: region ?? runtime.region } };
}
