import { StreamableHTTPTransport } from '@hono/mcp';
import { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';
import { createServer } from '../server-v1.ts';

const app = new Hono();
app.all('/', async (context) => {
  const transport = new StreamableHTTPTransport();
  await createServer().connect(transport);
  return transport.handleRequest(context);
});

export const handler = streamHandle(app);
