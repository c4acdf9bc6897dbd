import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { registerAccountSummary } from './account-summary.ts';
import { registerBedrockUsageReport } from './bedrock-usage-report.ts';

export const handler = createLambdaHandler(({ lambda }) => {
  const server = new McpServer({ name: 'aws-tools', version: '1.0.0' });
  registerAccountSummary(server, lambda);
  registerBedrockUsageReport(server, lambda);
  return server;
});
