import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { answerLarge } from './large-answer.ts';
import { createServer as createServerV1 } from './server-v1.ts';
import { createServer as createServerV2 } from './server-v2.ts';

/** As much as Lambda takes; bytes. */
const MAX_REQUEST_SIZE = 6 * 2 ** 20;

/** Servers without Lambda, behind what the SDK has for Node's own HTTP server. */
export const PLAIN_SERVERS = {
  'plain-v2': toListener(createMcpHandler(createServerV2, { maxRequestBodySize: MAX_REQUEST_SIZE })),
  'plain-v1': async (request, response) => {
    const transport = new StreamableHTTPServerTransport();
    await createServerV1().connect(transport as Transport);
    await transport.handleRequest(request, response);
  },
  'plain-fetch': toListener({ fetch: answerLarge }),
} satisfies Record<string, RequestListener>;

function toListener(server: Parameters<typeof toNodeHandler>[0]): RequestListener {
  const handle = toNodeHandler(server, { maxRequestBodySize: MAX_REQUEST_SIZE });
  return (request, response) => void handle(request as NodeIncomingMessageLike, response);
}

/** The URL at which it listens on loopback. */
export async function listen(listener: RequestListener): Promise<string> {
  // As long as the local Lambda's: a client waits here for its turn.
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
