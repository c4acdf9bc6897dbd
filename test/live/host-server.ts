import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import * as z from 'zod';

/** Of this process. */
const PROCESS = crypto.randomUUID();
/** What became of each wait. */
const waits = new Map<string, 'waits' | 'stopped'>();
const inputSchema = z.object({ id: z.string() });

export const handler = createLambdaHandler(({ caller }) => {
  const server = new McpServer({ name: 'live-hosts', version: '1.0.0' });
  server.registerTool('whoami', { description: 'The caller’s ARN' }, async () => text(caller?.arn ?? 'unverified'));
  server.registerTool('process', { description: 'The same from one process' }, async () => text(PROCESS));
  server.registerTool('length', { inputSchema }, async ({ id }) => text(String(id.length)));
  server.registerTool('state', { inputSchema }, async ({ id }) => text(waits.get(id) ?? 'unknown'));
  server.registerTool('wait', { description: 'Until its client leaves', inputSchema }, async ({ id }, { mcpReq }) => {
    waits.set(id, 'waits');
    await new Promise<void>((fulfil) => mcpReq.signal.addEventListener('abort', () => fulfil()));
    waits.set(id, 'stopped');
    return text('');
  });
  return server;
});

function text(value: string) {
  return { content: [{ type: 'text' as const, text: value }] };
}
