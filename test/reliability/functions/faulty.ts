import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import * as z from 'zod';

/** What goes wrong in the function: it dies, blocks until Lambda ends it, or waits for ever. */
export type FunctionFault = 'crash' | 'block' | 'wait';

/**
 * A server that fails where the request's headers say: `x-fault` what, `x-fault-in` in which method, and `x-fault-once`
 * a file that keeps it from happening twice.
 */
export const handler = createLambdaHandler(async ({ request }) => {
  const fault = request.headers.get('x-fault') as FunctionFault | null;
  const once = request.headers.get('x-fault-once');
  const { method } = (await request.clone().json()) as { method: string };
  const isDue = () => fault !== null && method === request.headers.get('x-fault-in') && !(once && existsSync(once));
  async function fail(): Promise<void> {
    if (!isDue()) return;
    if (once) writeFileSync(once, '');
    if (fault === 'crash') process.exit(1);
    if (fault === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    await new Promise(() => {});
  }
  if (method !== 'tools/call') await fail();

  const server = new McpServer({ name: 'faulty', version: '1.0.0' });
  const inputSchema = z.object({ file: z.string() });
  server.registerTool('count', { description: 'Counts its calls in a file', inputSchema }, async ({ file }) => {
    appendFileSync(file, 'x');
    await fail();
    return { content: [{ type: 'text', text: 'counted' }] };
  });
  return server;
});
