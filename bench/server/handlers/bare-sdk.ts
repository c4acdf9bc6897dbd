import { once } from 'node:events';
import { createMcpHandler, type McpServer, preloadSchemas } from '@modelcontextprotocol/server';
import type { Handler } from '../function-url.ts';
import { makeServer, type ToolSource } from '../mcp-servers.ts';

export function bareSdkHandler(tools: ToolSource): Handler {
  return bareHandler(() => makeServer(tools));
}

/** The least that any adapter must do: a Request of the event, the SDK's own handler, its bytes into the stream. */
export function bareHandler(factory: () => McpServer): Handler {
  preloadSchemas();
  const mcp = createMcpHandler(factory, { maxRequestBodySize: 6 * 2 ** 20 });
  return async ({ rawPath, headers, body, requestContext: { domainName, http } }, stream) => {
    const request = new Request(`https://${domainName}${rawPath}`, {
      method: http.method,
      headers,
      ...(body && { body }),
    });
    const response = await mcp.fetch(request);
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream.write(JSON.stringify({ statusCode: response.status, headers: Object.fromEntries(response.headers) }));
    stream.write(new Uint8Array(8));
    stream.write(new Uint8Array(await response.arrayBuffer()));
    stream.end();
    await once(stream, 'finish');
  };
}
