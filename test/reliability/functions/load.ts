import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import * as z from 'zod';

/** The tools of the load: one answers with what it was asked, one tells its progress, one the memory that it has. */
export const handler = createLambdaHandler(() => {
  const server = new McpServer({ name: 'load', version: '1.0.0' });
  const inputSchema = z.object({ text: z.string() });
  server.registerTool('echo', { description: 'Says it again', inputSchema }, async ({ text }) => said(text));
  server.registerTool(
    'steps',
    { description: 'Says it after three steps', inputSchema },
    async ({ text }, { mcpReq }) => {
      const { progressToken } = mcpReq._meta ?? {};
      for (let progress = 1; progress <= 3 && progressToken !== undefined; progress += 1) {
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
      }
      return said(text);
    },
  );
  server.registerTool('memory', { description: 'Bytes of heap, once it is swept' }, async () => {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    return said(String(process.memoryUsage().heapUsed));
  });
  return server;
});

function said(text: string) {
  return { content: [{ type: 'text' as const, text }] };
}
