/** An agent runtime of Bedrock AgentCore, as its ARN or that of its endpoint names it. */
export interface RuntimeArn {
  /** Of the runtime itself. */
  readonly runtimeArn: string;
  readonly region: string;
  /** Name of the endpoint; undefined where the ARN is the runtime's. */
  readonly qualifier: string | undefined;
}

const RUNTIME_ARN =
  /^(?<runtimeArn>arn:aws(?:-[a-z]+)*:bedrock-agentcore:(?<region>[a-z]+(?:-[a-z]+)+-\d+):\d{12}:runtime\/[A-Za-z]\w*(?:-[A-Za-z0-9]+)?)(?:\/runtime-endpoint\/(?<qualifier>[A-Za-z]\w*))?$/;

/**
 * Reads the ARN of an agent runtime, or of one of its endpoints; undefined when it is neither.
 *
 * Source: Amazon Bedrock AgentCore Control API Reference, `agentRuntimeArn` and `agentRuntimeEndpointArn`.
 */
export function readRuntimeArn(text: string): RuntimeArn | undefined {
  const { runtimeArn, region, qualifier } = RUNTIME_ARN.exec(text)?.groups ?? {};
  return runtimeArn === undefined || region === undefined ? undefined : { runtimeArn, region, qualifier };
}

/**
 * The path, with its query, by which a runtime is called: its ARN is one segment.
 *
 * Source: Amazon Bedrock AgentCore API Reference, InvokeAgentRuntime.
 *
 * @param qualifier name of the endpoint
 */
export function runtimePath({ runtimeArn, qualifier = 'DEFAULT' }: Omit<RuntimeArn, 'region'>): string {
  return `/runtimes/${encodeURIComponent(runtimeArn)}/invocations?qualifier=${encodeURIComponent(qualifier)}`;
}

/** Whether a URL's path is that of a runtime that is called. */
export function isRuntimePath({ pathname }: URL): boolean {
  return /^\/runtimes\/[^/]+\/invocations$/.test(pathname);
}
