import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionUrlEvent } from '../../wire/event.ts';
import type { Cell } from './axes.ts';
import { type AnswerBytes, answerBytes } from './bytes.ts';
import { answerTo } from './messages.ts';
import { invocationWire, urlWire, type Wire } from './wires.ts';

/** How one client is answered, at a path of its own. */
export interface Place {
  readonly cell: Cell;
  /** The method whose answer is the cell's; all else is answered plainly. */
  readonly method: string;
  /** Between the last bytes and the break of a connection, for the client to take them; milliseconds. */
  readonly pause: number;
  /** The methods of the requests that came, in their order. */
  readonly asked: string[];
  /** Of the request that the cell answered last. */
  id?: unknown;
}

export interface RawServer {
  readonly origin: string;
  /** By path. */
  readonly places: Map<string, Place>;
  close(): Promise<void>;
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A server on loopback that writes exactly the bytes of a cell: as a function URL, and as the Lambda API. */
export async function startRawServer(): Promise<RawServer> {
  const places = new Map<string, Place>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    void serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function serve(socket: Socket): Promise<void> {
    for await (const request of requests(socket)) {
      if (!request.path.startsWith('/2021-11-15/')) {
        await answer(request, urlWire(socket));
        continue;
      }
      const event = JSON.parse(request.body) as FunctionUrlEvent;
      const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString();
      const inner = { method: event.requestContext.http.method, path: event.rawPath, body };
      await answer(inner, invocationWire(socket));
    }
  }

  async function answer({ method: verb, path, body }: HttpRequest, wire: Wire): Promise<void> {
    const place = places.get(path);
    if (!place || verb !== 'POST') return write(wire, bare(405), 0);
    const { id, method } = JSON.parse(body);
    if (id === undefined) return write(wire, bare(202), 0);
    place.asked.push(method);
    if (method === place.method) {
      place.id = id;
      return write(wire, await answerBytes(place.cell, method, id), place.pause);
    }
    const plain = JSON.stringify(answerTo(method, id, { ...place.cell, id: 'number', outcome: 'result' }));
    return write(wire, { ...bare(200, plain), headers: { 'content-type': 'application/json' } }, 0);
  }

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    places,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function bare(status: number, text = ''): AnswerBytes {
  const body = Buffer.from(text);
  const { byteLength: wholeLength } = body;
  return { status, headers: {}, framing: 'content-length', body, wholeLength, how: 'closed', comments: [] };
}

async function write(wire: Wire, answer: AnswerBytes, pause: number): Promise<void> {
  wire.head(answer);
  wire.body(answer.body);
  if (answer.how === 'closed' || answer.how === 'cut short') return wire.end();
  if (answer.how === 'broken off') {
    await sleep(pause);
    return wire.breakOff();
  }
  for (const comment of answer.comments) {
    await sleep(40);
    wire.body(comment);
  }
}

/** The requests of a connection, one after the other. */
async function* requests(socket: Socket): AsyncGenerator<HttpRequest, void> {
  let seen = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      seen = Buffer.concat([seen, chunk]);
      const headEnd = seen.indexOf('\r\n\r\n');
      if (headEnd < 0) continue;
      const head = seen.subarray(0, headEnd).toString('latin1');
      const bodyEnd = headEnd + 4 + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      if (seen.byteLength < bodyEnd) continue;
      const [method = '', path = ''] = head.split(' ', 2);
      yield { method, path, body: seen.subarray(headEnd + 4, bodyEnd).toString() };
      seen = seen.subarray(bodyEnd);
    }
  } catch {
    // The client left.
  }
}
