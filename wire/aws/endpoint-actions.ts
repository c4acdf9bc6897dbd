import type { HostKind } from './hosts.ts';
import { isRuntimePath } from './runtime-arn.ts';

/** What a caller of a Lambda Web Function's endpoint needs, and all. */
export const INVOKE_WEB_FUNCTION_ENDPOINT = 'lambda:InvokeWebFunctionEndpoint';
/** What a caller of an agent runtime needs, and all. */
export const INVOKE_AGENT_RUNTIME = 'bedrock-agentcore:InvokeAgentRuntime';

/**
 * What a caller's policy allows for the endpoint that an ARN names, where it is one action; undefined for other ARNs. An ARN
 * of CDK's may hold what only the deployment knows.
 */
export function endpointStatement(
  arn: string,
): { readonly Action: string; readonly Resource: string | string[] } | undefined {
  if (/:web-function\/.+\/endpoint\/.+/.test(arn)) return { Action: INVOKE_WEB_FUNCTION_ENDPOINT, Resource: arn };
  if (!/:bedrock-agentcore:.*:runtime\//.test(arn)) return undefined;
  const runtimeArn = arn.replace(/\/runtime-endpoint\/.*/, '');
  return { Action: INVOKE_AGENT_RUNTIME, Resource: [runtimeArn, `${runtimeArn}/*`] };
}

/**
 * The one action that a call needs, where there is one; undefined for function URLs, which need two, and for what is unknown.
 *
 * Source: AWS Lambda Developer Guide, "Lambda Web Functions", access control; Amazon Bedrock AgentCore Developer Guide,
 * "Invoke an AgentCore Runtime agent" and "AgentCore Gateway"; Amazon API Gateway Developer Guide, "Control access for
 * invoking an API".
 */
export function endpointAction(kind: HostKind | undefined, url: URL): string | undefined {
  if (kind === 'web-function') return INVOKE_WEB_FUNCTION_ENDPOINT;
  if (kind === 'api') return 'execute-api:Invoke';
  if (kind !== 'agentcore') return undefined;
  return isRuntimePath(url) ? INVOKE_AGENT_RUNTIME : 'bedrock-agentcore:InvokeGateway';
}
