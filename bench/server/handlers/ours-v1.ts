import { createLambdaHandler } from 'lambda-mcp/server/v1';
import type { Handler } from '../function-url.ts';
import { makeServerV1, type ToolSource } from '../mcp-servers.ts';

/** `lambda-mcp/server/v1`, with the log line that it writes by default. */
export function oursV1Handler(tools: ToolSource): Handler {
  return createLambdaHandler(() => makeServerV1(tools));
}
