import { createLambdaHandler } from 'lambda-mcp/server/fetch';

/** A function that hands each request on to the MCP server whose URL is in its environment, body and headers as they are. */
export const handler = createLambdaHandler({
  async fetch(request) {
    const headers = new Headers(request.headers);
    for (const name of ['host', 'content-length', 'connection']) headers.delete(name);
    return fetch(process.env.MCP_SERVER_URL as string, {
      method: request.method,
      headers,
      body: await request.bytes(),
      signal: request.signal,
    });
  },
});
