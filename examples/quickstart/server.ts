import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import * as z from 'zod';

const person = z.object({ name: z.string() });
const greetings = z.object({
  name: z.string(),
  count: z.int().min(1).max(20).default(3),
  delayMs: z.int().min(0).max(5000).default(300),
});

export const handler = createLambdaHandler(({ caller }) => {
  const server = new McpServer({ name: 'quickstart', version: '1.0.0' });

  server.registerTool(
    'greet',
    {
      description: 'Greets somebody.',
      inputSchema: person,
      annotations: { readOnlyHint: true },
    },
    async ({ name }) => ({ content: [{ type: 'text', text: `Hello, ${name}!` }] }),
  );

  server.registerTool(
    'multi-greet',
    {
      description: 'Greets somebody several times, a while apart, and reports progress as it goes.',
      inputSchema: greetings,
      annotations: { readOnlyHint: true },
    },
    async ({ name, count, delayMs }, { mcpReq }) => {
      const texts: string[] = [];
      const { progressToken } = mcpReq._meta ?? {};
      for (let progress = 1; progress <= count; progress += 1) {
        await sleep(delayMs, undefined, { signal: mcpReq.signal });
        const message = `Hello number ${progress}, ${name}!`;
        texts.push(message);
        if (progressToken !== undefined) {
          await mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: count, message },
          });
        }
      }
      return { content: texts.map((text) => ({ type: 'text' as const, text })) };
    },
  );

  server.registerTool(
    'whoami',
    { description: 'Tells who called, as AWS proved it to the server.', annotations: { readOnlyHint: true } },
    async () => ({
      content: [
        { type: 'text', text: caller ? `You are ${caller.arn}.` : 'AWS does not tell this server who you are.' },
      ],
    }),
  );

  return server;
});
