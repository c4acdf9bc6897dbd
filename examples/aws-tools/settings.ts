/** Where Amazon Bedrock writes its model invocation logs: the same log group in each of the regions. */
export interface BedrockLogs {
  readonly logGroup: string;
  readonly regions: readonly string[];
}

/** The function's environment variables, written by the app that deploys it and read back by the server. */
export function toEnvironment({ logGroup, regions }: BedrockLogs): Record<string, string> {
  return { BEDROCK_LOG_GROUP: logGroup, BEDROCK_LOG_REGIONS: regions.join(',') };
}

/**
 * @throws Error when a variable is missing: the function was deployed without `toEnvironment`
 */
export function fromEnvironment(environment: NodeJS.ProcessEnv = process.env): BedrockLogs {
  const { BEDROCK_LOG_GROUP: logGroup, BEDROCK_LOG_REGIONS: regions } = environment;
  if (!logGroup || !regions) throw new Error('Set BEDROCK_LOG_GROUP and BEDROCK_LOG_REGIONS (comma-separated).');
  return { logGroup, regions: regions.split(',') };
}
