import { StreamableHTTPTransport } from '@hono/mcp';
import { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';
import type { Handler } from '../function-url.ts';
import { makeServerV1, type ToolSource } from '../mcp-servers.ts';

/** Hono's `streamHandle` with `@hono/mcp`, which serves the SDK's line v1: a server and a transport for each request. */
export function honoHandler(tools: ToolSource): Handler {
  const app = new Hono();
  app.all('/mcp', async (c) => {
    const transport = new StreamableHTTPTransport();
    await makeServerV1(tools).connect(transport);
    return transport.handleRequest(c);
  });
  return streamHandle(app) as unknown as Handler;
}
