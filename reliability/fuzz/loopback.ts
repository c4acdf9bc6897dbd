import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type IncomingRequest, readIncoming } from '../../local/http-io.ts';

export interface Loopback {
  readonly origin: string;
  /** The request that arrived last, as it stood on the wire. */
  last(): IncomingRequest;
  close(): Promise<void>;
}

/** A server that takes every request and remembers the last. */
export async function startLoopback(): Promise<Loopback> {
  let last: IncomingRequest | undefined;
  const server = createServer(async (request, response) => {
    last = await readIncoming(request, 10 * 1024 * 1024);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    last() {
      if (!last) throw new Error('No request has arrived.');
      return last;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
