import { Stack } from 'aws-cdk-lib';
import * as agentcore from 'aws-cdk-lib/aws-bedrockagentcore';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { GatewaySchema, GatewayTool } from '../wire/tool-schema/gateway-tool.ts';
import { listTools } from './gateway/list-tools.ts';
import type { McpFunctionProps } from './mcp-function-props.ts';
import { serverFunction } from './server-function.ts';

/** Options of `McpGatewayTarget`: those of `McpFunction` that a function without a URL has, and these. */
export interface McpGatewayTargetProps
  extends Omit<McpFunctionProps, 'auth' | 'stdio' | 'provisionedConcurrentExecutions'> {
  /** The server's file, which exports `handler`, made by `createGatewayTargetHandler`. */
  readonly entry: string;
  /** The gateway that gets the target. */
  readonly gateway: agentcore.IGateway;
  /** The target's name, which prefixes its tools: letters, digits and single hyphens, at most 100. */
  readonly name: string;
  /** What the target is for, as the gateway shows it. */
  readonly description?: string;
  /**
   * The tools that the target declares; `gatewayTools(factory)` gives them.
   *
   * @default - the server is asked when the app is synthesized, in a process without AWS credentials
   */
  readonly tools?: readonly GatewayTool[];
}

/**
 * An MCP server's tools as a plain Lambda target of an AgentCore gateway: a function without a URL, which the gateway's
 * role alone is granted.
 *
 * ```ts
 * new McpGatewayTarget(this, 'Tools', { gateway, name: 'tools', entry: 'server.ts' });
 * ```
 */
export class McpGatewayTarget extends Construct implements iam.IGrantable {
  /** The function itself. */
  readonly function: NodejsFunction;
  /** The target of the gateway. */
  readonly target: agentcore.GatewayTarget;
  /** What the function may do. */
  readonly role: iam.IRole;
  /** Where the function's log line goes. */
  readonly logGroup: logs.ILogGroup;

  /** @throws Error when the server cannot be bundled, or does not say which tools it has */
  constructor(scope: Construct, id: string, props: McpGatewayTargetProps) {
    super(scope, id);
    const { gateway, name, description, tools, ...functionProps } = props;
    const made = serverFunction(this, functionProps);
    this.function = made.function;
    this.role = made.role;
    this.logGroup = made.logGroup;
    // A stack that is not deployed now is not bundled, nor asked.
    const declared = tools ?? (Stack.of(this).bundlingRequired ? this.ask(made.serverFile) : []);
    this.target = agentcore.GatewayTarget.forLambda(this, 'Target', {
      gateway,
      gatewayTargetName: name,
      ...(description !== undefined && { description }),
      lambdaFunction: this.function,
      toolSchema: agentcore.ToolSchema.fromInline(declared.map(toDefinition)),
    });
    const resource = this.target.node.defaultChild as agentcore.CfnGatewayTarget;
    this.function.grantInvoke(gateway.role).applyBefore(resource);
  }

  private ask(serverFile: Parameters<typeof listTools>[0]): readonly GatewayTool[] {
    const { targetTools, problem } = listTools(serverFile);
    if (targetTools) return targetTools;
    const why = problem ?? 'its handler is none of createGatewayTargetHandler';
    throw new Error(
      `${this.node.path}: the server does not say which tools it has: ${why}. Mend that, or give the option tools.`,
    );
  }

  /** Rights granted to the construct go to the function's role. */
  get grantPrincipal(): iam.IPrincipal {
    return this.function.grantPrincipal;
  }
}

function toDefinition({ name, description, inputSchema, outputSchema }: GatewayTool): agentcore.ToolDefinition {
  return {
    name,
    description,
    inputSchema: toSchema(inputSchema),
    ...(outputSchema && { outputSchema: toSchema(outputSchema) }),
  };
}

function toSchema({ type, description, properties, required, items }: GatewaySchema): agentcore.SchemaDefinition {
  return {
    type: agentcore.SchemaDefinitionType.of(type),
    ...(description !== undefined && { description }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, toSchema(each)])),
    }),
    ...(required && { required: [...required] }),
    ...(items && { items: toSchema(items) }),
  };
}
