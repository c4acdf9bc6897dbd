import { createMcpHandler, preloadSchemas } from '@modelcontextprotocol/server';
import { handleLambdaEventWithStream } from 'srvx/aws-lambda';
import type { Handler } from '../function-url.ts';
import { makeServer, type ToolSource } from '../mcp-servers.ts';

type Arguments = Parameters<typeof handleLambdaEventWithStream>;

/** srvx's adapter for response streaming over the SDK's own handler. */
export function srvxHandler(tools: ToolSource): Handler {
  preloadSchemas();
  const mcp = createMcpHandler(() => makeServer(tools));
  return (event, stream, lambda) =>
    handleLambdaEventWithStream(
      (request) => mcp.fetch(request),
      event as unknown as Arguments[1],
      stream,
      lambda as Arguments[3],
    );
}
