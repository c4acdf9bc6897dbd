import { createLambdaHandler } from 'lambda-mcp/server';
import { createLambdaHandler as createLambdaHandlerV1 } from 'lambda-mcp/server/v1';
import type { Handler } from '../function-url.ts';
import { makeServer, makeServerV1, type ToolSource } from '../mcp-servers.ts';

/** `lambda-mcp/server`, with the log line that it writes by default. */
export function oursHandler(tools: ToolSource): Handler {
  return createLambdaHandler(() => makeServer(tools));
}

/** `lambda-mcp/server/v1`. */
export function oursV1Handler(tools: ToolSource): Handler {
  return createLambdaHandlerV1(() => makeServerV1(tools));
}
