import { StreamableHTTPTransport } from '@hono/mcp';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';
import { INFO, withTools } from '../with-tools.ts';

const app = new Hono();
app.all('/mcp', async (c) => {
  const transport = new StreamableHTTPTransport();
  await withTools(new McpServer(INFO)).connect(transport);
  return transport.handleRequest(c);
});

export const handler = streamHandle(app);
