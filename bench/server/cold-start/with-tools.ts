import type { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { McpServer } from '@modelcontextprotocol/server';
import { makeTools } from '../tools.ts';

export const INFO = { name: 'orders', version: '1.0.0' };

/** Gives a server of either SDK line the twenty tools, and brings neither line into a bundle of the other. */
export function withTools<T extends McpServer | McpServerV1>(server: T): T {
  // Only their types differ, and those of a union's method do not add up.
  const either = server as unknown as McpServer;
  for (const { name, run, ...config } of makeTools()) either.registerTool(name, config, async (args) => run(args));
  return server;
}
