import { EdgeFastMCP } from 'fastmcp/edge';
import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';

const fastmcp = new EdgeFastMCP({ name: 'tools', version: '1.0.0' });
beforeAll(() => {
  fastmcp.addTool({
    name: 'fail',
    description: 'Fails',
    parameters: z.object({}),
    execute: async () => {
      throw new Error('what went wrong');
    },
  });
});

async function post(path: string, method: string, params: object) {
  const handler = createLambdaHandler(fastmcp, { logger: () => {} });
  const request = new Request(`http://server.example${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const response = await handler.fetch(request);
  return { status: response.status, text: await response.text() };
}

it('serves a framework at the path that is its own, as docs/server.md says', async () => {
  expect(await post('/', 'tools/list', {})).toMatchObject({ status: 404 });
  expect(await post('/mcp', 'tools/list', {})).toMatchObject({ status: 200, text: expect.stringContaining('"fail"') });
});

it('hands on how the framework words an exception', async () => {
  const { text } = await post('/mcp', 'tools/call', { name: 'fail', arguments: {} });
  expect(JSON.parse(text).error).toMatchObject({ code: -32603, message: expect.stringContaining('what went wrong') });
});
