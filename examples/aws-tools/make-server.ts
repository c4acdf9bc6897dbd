import { McpServer } from '@modelcontextprotocol/server';
import type { McpRequestContext } from 'lambda-mcp/server';
import { registerAccountSummary } from './account-summary.ts';
import { registerBedrockUsageReport } from './bedrock-usage-report.ts';

export function makeServer({ lambda }: Pick<McpRequestContext, 'lambda'>): McpServer {
  const server = new McpServer({ name: 'aws-tools', version: '1.0.0' });
  registerAccountSummary(server, lambda);
  registerBedrockUsageReport(server, lambda);
  return server;
}
