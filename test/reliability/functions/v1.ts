import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createLambdaHandler, type LambdaHandlerOptions } from 'lambda-mcp/server/v1';
import { registerTools, SERVER_SECRET } from './tools.ts';

export const createHandler = (options?: LambdaHandlerOptions) =>
  createLambdaHandler(({ request }) => {
    if (request.headers.has('x-fail')) throw new Error(SERVER_SECRET);
    const server = new McpServer({ name: 'reliability', version: '1.0.0' });
    registerTools((name, config, run) =>
      server.registerTool(name, config, (args, { _meta, sendNotification }) => {
        const { progressToken } = _meta ?? {};
        return run(args as never, async (progress) => {
          if (progressToken === undefined) return;
          await sendNotification({ method: 'notifications/progress', params: { progressToken, progress } });
        });
      }),
    );
    return server;
  }, options);

export const handler = createHandler();
