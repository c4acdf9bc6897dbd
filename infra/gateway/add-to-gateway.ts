import { Annotations, Stack } from 'aws-cdk-lib';
import * as agentcore from 'aws-cdk-lib/aws-bedrockagentcore';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { explainGatewayRefusals, gatewayRefusals } from '../../wire/tool-schema/gateway-refusals.ts';
import { listTools, type ServerFile } from './list-tools.ts';

/** Options of `addToGateway`. */
export interface AddToGatewayOptions {
  /** The target's name, which prefixes its tools: letters, digits and single hyphens, at most 100. */
  readonly name: string;

  /** What the target is for, as the gateway shows it. */
  readonly description?: string;

  /**
   * Request headers of its callers that the gateway hands on, such as the one that the server's option `delegates` names.
   *
   * @default - none
   */
  readonly allowedRequestHeaders?: readonly string[];

  /**
   * Whether to ask the server for its tools when the app is synthesized, and to refuse what the gateway would.
   *
   * @default true
   */
  readonly checkTools?: boolean;
}

interface Target extends AddToGatewayOptions {
  readonly gateway: agentcore.IGateway;
  /** What lets the gateway's role call. */
  readonly grant: iam.Grant;
  /** With a slash at its end. */
  readonly url: string;
  readonly serverFile: ServerFile;
}

/**
 * Adds a server behind a function URL to a gateway.
 *
 * Source: Amazon Bedrock AgentCore Developer Guide, "MCP servers targets", IAM outbound authorization.
 *
 * @throws Error when a schema of a tool has what a gateway refuses
 */
export function addToGateway(scope: Construct, given: Target): agentcore.GatewayTarget {
  const { gateway, grant, url, name, description, allowedRequestHeaders = [], checkTools = true } = given;
  if (checkTools && Stack.of(scope).bundlingRequired) refuseWhatTheGatewayRefuses(scope, given.serverFile);
  const target = agentcore.GatewayTarget.forMcpServer(scope, `${gateway.node.id}-${name}`, {
    gateway,
    gatewayTargetName: name,
    ...(description !== undefined && { description }),
    endpoint: `${url}mcp`,
    credentialProviderConfigurations: [
      agentcore.GatewayCredentialProvider.fromIamRole({ service: 'lambda', region: Stack.of(scope).region }),
    ],
  });
  const resource = target.node.defaultChild as agentcore.CfnGatewayTarget;
  // A target lists its tools as soon as it is made.
  grant.applyBefore(resource);
  if (allowedRequestHeaders.length > 0) {
    resource.addPropertyOverride('MetadataConfiguration.AllowedRequestHeaders', allowedRequestHeaders);
  }
  stream(scope, gateway);
  return target;
}

/** CDK's own option for a gateway's protocol lacks it. */
function stream(scope: Construct, gateway: agentcore.IGateway): void {
  const { defaultChild } = gateway.node;
  if (defaultChild instanceof agentcore.CfnGateway) {
    defaultChild.addPropertyOverride('ProtocolConfiguration.Mcp.StreamingConfiguration.EnableResponseStreaming', true);
    return;
  }
  Annotations.of(scope).addInfo(
    'The gateway is not of this app. See that it streams (enableResponseStreaming), or progress and long answers wait.',
  );
}

function refuseWhatTheGatewayRefuses(scope: Construct, serverFile: ServerFile): void {
  const { tools, problem } = listTools(serverFile);
  if (!tools) {
    Annotations.of(scope).addWarningV2(
      'lambda-mcp:tools-unknown',
      `The server's tools could not be checked for what AgentCore Gateway refuses: ${problem}. Run lambda-mcp doctor URL ` +
        'once it is deployed, or leave the check out with checkTools: false.',
    );
    return;
  }
  const refusal = explainGatewayRefusals(gatewayRefusals(tools));
  if (refusal !== undefined) throw new Error(`${scope.node.path}: ${refusal}`);
}
