import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StubRequest {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An HTTP server that records what it is sent. */
export async function startStub(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const requests: StubRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    requests.push({ method: incoming.method, headers: incoming.headers, body });
    answer(incoming, response, body);
  });
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
