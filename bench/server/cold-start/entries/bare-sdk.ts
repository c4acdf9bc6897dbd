import { once } from 'node:events';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import type { Handler } from '../../function-url.ts';
import { INFO, withTools } from '../with-tools.ts';

const mcp = createMcpHandler(() => withTools(new McpServer(INFO)));

/** The least that any adapter must do: a Request of the event, the SDK's own handler, its bytes into the stream. */
export const handler: Handler = async ({ rawPath, headers, body, requestContext: { domainName, http } }, stream) => {
  const request = new Request(`https://${domainName}${rawPath}`, { method: http.method, headers, body: body ?? null });
  const response = await mcp.fetch(request);
  stream.setContentType('application/vnd.awslambda.http-integration-response');
  stream.write(JSON.stringify({ statusCode: response.status, headers: Object.fromEntries(response.headers) }));
  stream.write(new Uint8Array(8));
  stream.end(new Uint8Array(await response.arrayBuffer()));
  await once(stream, 'finish');
};
