import { McpServer } from '@modelcontextprotocol/server';
import { registerTools } from './tools.ts';

/** The tools as a server of `@modelcontextprotocol/server`. */
export function createServer(): McpServer {
  const server = new McpServer({ name: 'streaming', version: '1.0.0' });
  registerTools((name, config, run) =>
    server.registerTool(name, config, (args, { mcpReq }) => {
      const { progressToken } = mcpReq._meta ?? {};
      return run(args, async (progress, message) => {
        if (progressToken === undefined) return;
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } });
      });
    }),
  );
  return server;
}
