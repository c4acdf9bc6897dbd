import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Lets `width` requests through at once; more wait their turn, each on its own connection. Lambda would start an
 * environment for each instead, and one machine cannot run 500.
 */
export async function startGate(upstream: string, width: number): Promise<string> {
  const { port } = new URL(upstream);
  const agent = new Agent({ keepAlive: true, maxSockets: width });
  const server = createServer((incoming, response) => {
    const { method, url: path, rawHeaders: headers } = incoming;
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, setHost: false, agent });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
