import { once } from 'node:events';
import { createMcpHandler, type McpServer, preloadSchemas } from '@modelcontextprotocol/server';
import { createLambdaHandler } from 'lambda-mcp/server';
import type { Handler } from '../server/function-url.ts';

/** A way to run a server inside a function. */
export interface InFunction {
  readonly name: string;
  readonly role: 'ours' | 'floor';
  readonly makeHandler: (makeServer: () => McpServer) => Handler;
}

export const IN_FUNCTION: readonly InFunction[] = [
  { name: 'lambda-mcp/server', role: 'ours', makeHandler: (makeServer) => createLambdaHandler(makeServer) },
  { name: "the SDK's bare handler", role: 'floor', makeHandler: bareHandler },
];

/** A Request of the event, the SDK's own handler, its bytes into the stream. */
function bareHandler(makeServer: () => McpServer): Handler {
  preloadSchemas();
  const mcp = createMcpHandler(makeServer, { maxRequestBodySize: 6 * 2 ** 20 });
  return async ({ rawPath, headers, body = '', requestContext: { domainName, http } }, stream) => {
    const request = new Request(`https://${domainName}${rawPath}`, { method: http.method, headers, body });
    const response = await mcp.fetch(request);
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream.write(JSON.stringify({ statusCode: response.status, headers: Object.fromEntries(response.headers) }));
    stream.write(new Uint8Array(8));
    stream.write(new Uint8Array(await response.arrayBuffer()));
    stream.end();
    await once(stream, 'finish');
  };
}
