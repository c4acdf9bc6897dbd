/** An MCP server made with Hono and @hono/mcp, as its README makes it, on Lambda. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StreamableHTTPTransport } from '@hono/mcp';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Hono } from 'hono';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import * as z from 'zod';

function createServer(): McpServer {
  const server = new McpServer({ name: 'hono', version: '1.0.0' });
  server.registerTool(
    'multi-greet',
    { description: 'Greets somebody several times.', inputSchema: { name: z.string(), count: z.int() } },
    async ({ name, count }, { _meta: { progressToken } = {}, sendNotification }) => {
      for (let progress = 1; progress <= count; progress += 1) {
        await sleep(100);
        if (progressToken === undefined) continue;
        const params = { progressToken, progress, total: count };
        await sendNotification({ method: 'notifications/progress', params });
      }
      return { content: [{ type: 'text', text: `Hello number ${count}, ${name}!` }] };
    },
  );
  return server;
}

const app = new Hono();
const server = createServer();
const transport = new StreamableHTTPTransport();

app.all('/', async (context) => {
  if (!server.isConnected()) await server.connect(transport);
  return transport.handleRequest(context);
});

export const handler = createLambdaHandler(app);
