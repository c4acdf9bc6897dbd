import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { registerTools } from './tools.ts';

/** The tools as a server of `@modelcontextprotocol/sdk`. */
export function createServer(): McpServer {
  const server = new McpServer({ name: 'streaming', version: '1.0.0' });
  registerTools((name, config, run) =>
    server.registerTool(name, config, (args, { _meta, sendNotification }) => {
      const { progressToken } = _meta ?? {};
      return run(args, async (progress, message) => {
        if (progressToken === undefined) return;
        await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, message } });
      });
    }),
  );
  return server;
}
