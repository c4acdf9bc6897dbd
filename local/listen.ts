import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

/**
 * How long a connection stays open between two calls; milliseconds. Node's five seconds are about as long as an agent
 * thinks, and a connection that ends just as it is taken up again fails a call that nobody may repeat.
 */
const KEEP_ALIVE_TIMEOUT = 60_000;

/**
 * Listens on loopback only: whoever reaches the local Lambda holds the credentials that were printed.
 *
 * @param port 0 for a free one
 * @throws when the port is taken
 */
export async function listen(listener: RequestListener, port = 0): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT }, listener);
  await new Promise<void>((fulfil, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken by another program.`) : error),
    );
    server.listen(port, '127.0.0.1', fulfil);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((fulfil) => {
        server.close(() => fulfil());
        server.closeAllConnections();
      }),
  };
}
