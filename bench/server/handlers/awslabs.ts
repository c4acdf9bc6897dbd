import { LambdaFunctionURLEventHandler, StdioServerAdapterRequestHandler } from '@aws/run-mcp-servers-with-aws-lambda';
import type { Handler } from '../function-url.ts';

type Arguments = Parameters<LambdaFunctionURLEventHandler['handle']>;

/** awslabs' adapter for stdio servers: a process for each request, and no streaming. */
export function awslabsHandler(server: string): Handler {
  const adapter = new LambdaFunctionURLEventHandler(
    new StdioServerAdapterRequestHandler({ command: process.execPath, args: [server] }),
  );
  return async (event, stream, lambda) => {
    const { statusCode, headers, body } = (await adapter.handle(
      event as unknown as Arguments[0],
      lambda as unknown as Arguments[1],
    )) as { statusCode: number; headers: unknown; body: string };
    stream.write(JSON.stringify({ statusCode, headers }));
    stream.write(new Uint8Array(8));
    stream.end(body);
  };
}
