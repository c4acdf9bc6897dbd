import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Forwarder extends AsyncDisposable {
  /** For HTTP_PROXY. */
  readonly url: string;
}

/**
 * An HTTP proxy on loopback whose tunnels all end at one port, whatever host they ask for. A client behind it reaches the
 * local Lambda by a URL with the host of a function URL and the default port; what it signs passes unchanged.
 */
export async function startForwarder(port: number): Promise<Forwarder> {
  const sockets = new Set<Socket>();
  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  }
  const server = createServer((_, response) => void response.writeHead(405).end());
  server.on('connect', (_, client: Socket, head: Buffer) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    keep(client);
    keep(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
