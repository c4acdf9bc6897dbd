import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaInvokeClientTransport } from 'lambda-mcp/transport';
import { LambdaInvokeClientTransport as LambdaInvokeClientTransportV1 } from 'lambda-mcp/transport/v1';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeEvent } from '../../local/event-stream.ts';

/** A Lambda API that keeps the paths of the events it was sent. */
const paths: string[] = [];
const api = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  paths.push(JSON.parse(Buffer.concat(chunks).toString()).rawPath);
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  const headers = { 'content-type': 'application/json' };
  const answer = `${JSON.stringify({ headers })}${'\0'.repeat(8)}{"jsonrpc":"2.0","id":1,"result":{}}`;
  response.write(encodeEvent('PayloadChunk', 'application/octet-stream', Buffer.from(answer)));
  response.end(encodeEvent('InvokeComplete', 'application/json', Buffer.from('{}')));
});
beforeAll(() => once(api.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => {
  api.closeAllConnections();
  api.close();
});

it.each([
  ['v1', LambdaInvokeClientTransportV1],
  ['v2', LambdaInvokeClientTransport],
])('a message goes to the path that its transport was given, and else to the root: %s', async (_, Transport) => {
  for (const [path, expected] of [
    [undefined, '/'],
    ['/mcp/a', '/mcp/a'],
  ] as const) {
    const transport = new Transport('f', {
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      ...(path && { path }),
    });
    const { promise: answered, resolve } = Promise.withResolvers<unknown>();
    transport.onmessage = resolve;
    await transport.start();
    await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(await answered).toMatchObject({ id: 1, result: {} });
    expect(paths.at(-1)).toBe(expected);
    await transport.close();
  }
});
