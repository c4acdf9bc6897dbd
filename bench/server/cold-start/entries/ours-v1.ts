import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createLambdaHandler } from 'lambda-mcp/server/v1';
import { INFO, withTools } from '../with-tools.ts';

export const handler = createLambdaHandler(() => withTools(new McpServer(INFO)));
