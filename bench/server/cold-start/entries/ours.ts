import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { INFO, withTools } from '../with-tools.ts';

export const handler = createLambdaHandler(() => withTools(new McpServer(INFO)));
