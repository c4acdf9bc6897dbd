/** Where Amazon Bedrock writes its model invocation logs: the same log groups in each of the regions. */
export interface BedrockLogs {
  /** The first is read when a caller names none. */
  readonly logGroups: readonly string[];
  /** All are read when a caller names none. */
  readonly regions: readonly string[];
}

/** The function's environment variables, written by the app that deploys it and read back by the server. */
export function toEnvironment({ logGroups, regions }: BedrockLogs): Record<string, string> {
  return { BEDROCK_LOG_GROUP: logGroups.join(','), BEDROCK_LOG_REGIONS: regions.join(',') };
}

/**
 * @throws Error when a variable is missing: the function was deployed without `toEnvironment`
 */
export function fromEnvironment(environment: NodeJS.ProcessEnv = process.env): BedrockLogs {
  const { BEDROCK_LOG_GROUP: logGroups, BEDROCK_LOG_REGIONS: regions } = environment;
  if (!logGroups || !regions) throw new Error('Set BEDROCK_LOG_GROUP and BEDROCK_LOG_REGIONS (comma-separated).');
  return { logGroups: logGroups.split(','), regions: regions.split(',') };
}
