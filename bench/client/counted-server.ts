import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import * as z from 'zod';

/** A stateless server of one tool, in both protocol eras. */
export const handler = createLambdaHandler(() => {
  const server = new McpServer({ name: 'counted', version: '1.0.0' });
  const inputSchema = z.object({ text: z.string() });
  server.registerTool('echo', { description: 'Says it again.', inputSchema }, async ({ text }) => ({
    content: [{ type: 'text', text }],
  }));
  return server;
});
