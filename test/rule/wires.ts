import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { encodeEvent } from '../../local/event-stream.ts';
import { PRELUDE_DELIMITER_LENGTH } from '../../wire/response-stream.ts';
import type { AnswerBytes } from './bytes.ts';

/** How the bytes of an answer are put on a connection. */
export interface Wire {
  head(answer: AnswerBytes): void;
  body(bytes: Buffer): void;
  /** Ends the body as it should. */
  end(): void;
  /** Closes the connection within the body. */
  breakOff(): void;
}

/** More than the body has, so that it is not at its end. */
const NEVER_FULL = 100_000;

/** HTTP/1.1, as a server behind a URL writes it. */
export function urlWire(socket: Socket): Wire {
  let isChunked = false;
  return {
    head({ status, headers, framing, body, how }) {
      isChunked = framing === 'chunked';
      const length = body.byteLength + (how === 'closed' || how === 'cut short' ? 0 : NEVER_FULL);
      writeHead(socket, status, {
        ...headers,
        ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) }),
      });
    },
    body: (bytes) => (isChunked ? writeChunk(socket, bytes) : socket.write(bytes)),
    end: () => isChunked && socket.write('0\r\n\r\n'),
    breakOff: () => socket.destroySoon(),
  };
}

/** What the Lambda API's InvokeWithResponseStream makes of the same answer. */
export function invocationWire(socket: Socket): Wire {
  const event = (type: string, contentType: string, payload: Uint8Array) =>
    writeChunk(socket, encodeEvent(type, contentType, payload));
  const payload = (bytes: Uint8Array) => event('PayloadChunk', 'application/octet-stream', bytes);
  return {
    head({ status, headers }) {
      writeHead(socket, 200, {
        'content-type': 'application/vnd.amazon.eventstream',
        'transfer-encoding': 'chunked',
      });
      const prelude = JSON.stringify({ statusCode: status, headers, cookies: [] });
      payload(Buffer.concat([Buffer.from(prelude), Buffer.alloc(PRELUDE_DELIMITER_LENGTH)]));
    },
    body: payload,
    end() {
      event('InvokeComplete', 'application/json', Buffer.from('{}'));
      socket.write('0\r\n\r\n');
    },
    breakOff: () => socket.destroySoon(),
  };
}

function writeHead(socket: Socket, status: number, headers: Readonly<Record<string, string>>): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
}

function writeChunk(socket: Socket, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  socket.write(`${bytes.byteLength.toString(16)}\r\n`);
  socket.write(bytes);
  socket.write('\r\n');
}
