/** As much of JSON Schema as a gateway's Lambda target can declare. Source: AWS::BedrockAgentCore::GatewayTarget, SchemaDefinition. */
export interface GatewaySchema {
  /** `string`, `number`, `integer`, `boolean`, `object` or `array`. */
  readonly type: string;
  /** What it is for. */
  readonly description?: string;
  /** Of an object: its properties by name. */
  readonly properties?: Readonly<Record<string, GatewaySchema>>;
  /** Of an object: the properties that must be there. */
  readonly required?: readonly string[];
  /** Of an array: what it holds. */
  readonly items?: GatewaySchema;
}

/** A tool as a gateway's Lambda target declares it. Source: AWS::BedrockAgentCore::GatewayTarget, ToolDefinition. */
export interface GatewayTool {
  /** The tool's name, without the target's. */
  readonly name: string;
  /** What the tool does. */
  readonly description: string;
  /** Of its arguments. */
  readonly inputSchema: GatewaySchema;
  /** Of its structured result. */
  readonly outputSchema?: GatewaySchema;
}
