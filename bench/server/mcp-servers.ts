import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import type { Tool } from './tools.ts';

const INFO = { name: 'orders', version: '1.0.0' };

/** Gives the tools for one request: the same every time, or made anew. */
export type ToolSource = () => readonly Tool[];

/** A server made with `@modelcontextprotocol/server`. */
export function makeServer(tools: ToolSource): McpServer {
  const server = new McpServer(INFO);
  for (const { name, run, ...config } of tools()) server.registerTool(name, config, async (args) => run(args));
  return server;
}

/** The same server made with `@modelcontextprotocol/sdk`. */
export function makeServerV1(tools: ToolSource): McpServerV1 {
  const server = new McpServerV1(INFO);
  for (const { name, run, ...config } of tools()) server.registerTool(name, config, async (args) => run(args));
  return server;
}
