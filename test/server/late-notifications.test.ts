import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createV1Handler } from 'lambda-mcp/server/v1';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { callTool } from '../support/served.ts';

/** What a tool's function is given; either line's has one of the two. */
interface ToolContext {
  readonly sendNotification?: (notification: object) => Promise<void>;
  readonly mcpReq?: { notify(notification: object): Promise<void> };
}

const info = { name: 'tools', version: '1.0.0' };
const progress = { method: 'notifications/progress', params: { progressToken: 1, progress: 1 } };
const ways: Record<string, (server: McpServer, context: ToolContext) => Promise<void> | undefined> = {
  'a log line': ({ server }) => server.sendLoggingMessage({ level: 'info', data: 'late' }),
  'a step of progress': (_, { sendNotification, mcpReq }) => (sendNotification ?? mcpReq?.notify)?.(progress),
};

const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => {
  vi.restoreAllMocks();
  rejections.length = 0;
});

const eras = [
  ['v1', '2025', createV1Handler, McpServerV1],
  ['v2', '2025', createLambdaHandler, McpServer],
  ['v2', '2026', createLambdaHandler, McpServer],
] as const;

const cases = eras.flatMap(([line, era, create, Server]) =>
  Object.entries(ways).flatMap(([what, tell]) =>
    [true, false].map((stays) => ({ line, era, create, Server, what, tell, stays })),
  ),
);

it.each(cases)(
  '$what that a $line server of $era tells too late ends no environment (its client waited: $stays)',
  async ({ era, create, Server, tell, stays }) => {
    const told = Promise.withResolvers<void>();
    const client = new AbortController();
    const handler = create(
      () => {
        const server = new Server(info, { capabilities: { logging: {} } }) as McpServer;
        server.registerTool('t', {}, async (...given: unknown[]) => {
          const context = given.at(-1) as ToolContext;
          setTimeout(() => {
            // Nobody awaits it, as in a timer that was forgotten.
            void tell(server, context);
            told.resolve();
          }, 20);
          if (!stays) {
            client.abort();
            await new Promise(() => {});
          }
          return { content: [{ type: 'text', text: 'served' }] };
        });
        return server;
      },
      { logger() {} },
    );
    const { text } = await callTool(handler, 't', era, undefined, client.signal);
    expect(text.includes('served')).toBe(stays);
    await told.promise;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(rejections).toEqual([]);
  },
);
