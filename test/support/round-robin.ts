import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** A load balancer that knows no cookies: each request goes to the next target that takes it. */
export async function startRoundRobin(targets: readonly number[]): Promise<{ url: URL; close(): void }> {
  let turn = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => send(targets.length));
    function send(tries: number): void {
      // Its client has left.
      if (response.destroyed) return;
      if (tries === 0) return void response.writeHead(502).end();
      turn += 1;
      const port = targets[turn % targets.length];
      const { method, url: path, headers } = incoming;
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
      outgoing.once('response', (answer) => {
        if (response.destroyed) return void answer.destroy();
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, response, () => {});
      });
      outgoing.once('error', () => (response.headersSent ? response.destroy() : send(tries - 1)));
      response.once('close', () => outgoing.destroy());
      outgoing.end(Buffer.concat(chunks));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
