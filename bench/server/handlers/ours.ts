import { createLambdaHandler } from 'lambda-mcp/server';
import type { Handler } from '../function-url.ts';
import { makeServer, type ToolSource } from '../mcp-servers.ts';

/** `lambda-mcp/server`, with the log line that it writes by default. */
export function oursHandler(tools: ToolSource): Handler {
  return createLambdaHandler(() => makeServer(tools));
}
