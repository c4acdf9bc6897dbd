import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What goes wrong on the way.
 *
 * - `refuse`: answered with a status, and not passed on
 * - `fail`: passed on, and then answered with a status
 * - `reset-unread`: the connection is reset before a byte of the request is read
 * - `reset-read`: the request is passed on, and the connection reset instead of an answer
 * - `reset-stream`, `truncate`: half of the answer comes, then a reset or an ordinary end
 * - `silence`: the request is passed on, and nothing comes back
 * - `slow`: the answer comes late
 */
export type NetworkFault =
  | { readonly kind: 'refuse' | 'fail'; readonly status: number }
  | { readonly kind: 'reset-unread' | 'reset-read' | 'reset-stream' | 'truncate' | 'silence' }
  | { readonly kind: 'slow'; readonly delay: number };

export interface FaultProxy {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Requests that arrived since the last `arm`. */
  requests(): number;
  /** From now on, the next request, or each, meets with the fault. */
  arm(fault: NetworkFault | undefined, times: 'once' | 'always'): void;
  close(): Promise<void>;
}

/** A proxy in front of a local Lambda. Each request has a connection of its own. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const { port } = new URL(upstream);
  let armed: NetworkFault | undefined;
  let left = 0;
  let requests = 0;

  function take(isUnread: boolean): NetworkFault | undefined {
    if (left === 0 || !armed || (armed.kind === 'reset-unread') !== isUnread) return undefined;
    left -= 1;
    return armed;
  }

  const server = createServer(async (incoming, response) => {
    requests += 1;
    const fault = take(false);
    response.setHeader('connection', 'close');
    if (fault?.kind === 'refuse') {
      await buffer(incoming);
      return refuse(response, fault.status);
    }
    const answer = await forward(port, incoming);
    const body = await buffer(answer);
    switch (fault?.kind) {
      case 'fail':
        return refuse(response, fault.status);
      case 'reset-read':
        return void response.socket?.resetAndDestroy();
      case 'silence':
        return;
      case 'slow':
        await sleep(fault.delay);
    }
    const headers = answer.rawHeaders.filter(
      (_, i, all) => !/^(?:connection|content-length|keep-alive|transfer-encoding)$/i.test(all[i - (i % 2)] ?? ''),
    );
    response.writeHead(answer.statusCode ?? 0, [...headers, 'connection', 'close']);
    if (fault?.kind !== 'reset-stream' && fault?.kind !== 'truncate') return void response.end(body);
    response.write(body.subarray(0, body.byteLength / 2));
    await sleep(50);
    if (fault.kind === 'truncate') response.end();
    else response.socket?.resetAndDestroy();
  });
  server.on('connection', (socket) => {
    if (!take(true)) return;
    requests += 1;
    socket.resetAndDestroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    arm(fault, times) {
      armed = fault;
      left = times === 'once' ? 1 : Number.POSITIVE_INFINITY;
      requests = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** With its `Host`, which is signed. */
async function forward(port: string, incoming: IncomingMessage): Promise<IncomingMessage> {
  const { method, url: path, rawHeaders: headers } = incoming;
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers, setHost: false, agent: false });
  outgoing.end(await buffer(incoming));
  return new Promise((resolve, reject) => {
    outgoing.on('response', resolve).on('error', reject);
  });
}

/** As Lambda, or what stands before it, words these. */
function refuse(response: ServerResponse, status: number): void {
  const [errorType, body] = REFUSALS[status] ?? ['ServiceException', { Message: 'Internal Server Error' }];
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': errorType });
  response.end(JSON.stringify(body));
}

const REFUSALS: Readonly<Record<number, readonly [errorType: string, body: unknown]>> = {
  429: [
    'TooManyRequestsException',
    { Reason: 'ConcurrentInvocationLimitExceeded', Type: 'User', message: 'Rate Exceeded.' },
  ],
  503: ['ServiceUnavailableException', { Message: 'Service Unavailable' }],
  504: ['GatewayTimeoutException', { message: 'Endpoint request timed out' }],
};
