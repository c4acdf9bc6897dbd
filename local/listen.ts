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
 * Listens on loopback only: whoever reaches the local Lambda holds the credentials that were printed.
 *
 * @param port 0 for a free one
 * @throws when the port is taken
 */
export async function listen(listener: RequestListener, port = 0): Promise<Listening> {
  const server = createServer(listener);
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
