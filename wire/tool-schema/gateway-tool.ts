/** As much of JSON Schema as a gateway's Lambda target can declare. Source: AWS::BedrockAgentCore::GatewayTarget, SchemaDefinition. */
export interface GatewaySchema {
  readonly type: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, GatewaySchema>>;
  readonly required?: readonly string[];
  readonly items?: GatewaySchema;
}

/** A tool as a gateway's Lambda target declares it. Source: AWS::BedrockAgentCore::GatewayTarget, ToolDefinition. */
export interface GatewayTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: GatewaySchema;
  readonly outputSchema?: GatewaySchema;
}
