import { createMcpHandler } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';
import { createServer } from '../server-v2.ts';

const mcp = createMcpHandler(createServer, { maxRequestBodySize: 6 * 2 ** 20 });
const app = new Hono();
app.all('/', ({ req }) => mcp.fetch(req.raw));

export const handler = streamHandle(app);
