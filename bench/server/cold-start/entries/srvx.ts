import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { handleLambdaEventWithStream } from 'srvx/aws-lambda';
import type { Handler } from '../../function-url.ts';
import { INFO, withTools } from '../with-tools.ts';

type Arguments = Parameters<typeof handleLambdaEventWithStream>;

const mcp = createMcpHandler(() => withTools(new McpServer(INFO)));

export const handler: Handler = (event, stream, lambda) =>
  handleLambdaEventWithStream(
    (request) => mcp.fetch(request),
    event as unknown as Arguments[1],
    stream,
    lambda as Arguments[3],
  );
