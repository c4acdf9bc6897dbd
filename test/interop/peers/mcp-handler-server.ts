/** An MCP server made with mcp-handler, on Lambda. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import { createMcpHandler } from 'mcp-handler';
import * as z from 'zod';

const serve = createMcpHandler(
  (server) => {
    server.registerTool(
      'multi-greet',
      { description: 'Greets somebody several times.', inputSchema: z.object({ name: z.string(), count: z.int() }) },
      async ({ name, count }, { mcpReq }) => {
        const { progressToken } = mcpReq._meta ?? {};
        for (let progress = 1; progress <= count; progress += 1) {
          await sleep(100);
          if (progressToken === undefined) continue;
          const params = { progressToken, progress, total: count };
          await mcpReq.notify({ method: 'notifications/progress', params });
        }
        return { content: [{ type: 'text', text: `Hello number ${count}, ${name}!` }] };
      },
    );
  },
  { serverInfo: { name: 'mcp-handler', version: '1.0.0' } },
);

export const handler = createLambdaHandler({ fetch: serve });
