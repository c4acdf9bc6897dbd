import { crc32 } from 'node:zlib';

const STRING_HEADER = 7;

/**
 * One message of the `application/vnd.amazon.eventstream` encoding: total length, headers length, CRC of these, headers,
 * payload, CRC of all before it.
 *
 * Source: Amazon Transcribe Developer Guide, "Event stream encoding", the one place where AWS writes it down.
 */
export function encodeEvent(eventType: string, contentType: string, payload: Uint8Array): Buffer {
  const headers = Buffer.concat([
    encodeHeader(':message-type', 'event'),
    encodeHeader(':event-type', eventType),
    encodeHeader(':content-type', contentType),
  ]);
  const message = Buffer.alloc(12 + headers.byteLength + payload.byteLength + 4);
  message.writeUInt32BE(message.byteLength, 0);
  message.writeUInt32BE(headers.byteLength, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(headers, 12);
  message.set(payload, 12 + headers.byteLength);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.byteLength - 4);
  return message;
}

function encodeHeader(name: string, value: string): Buffer {
  const header = Buffer.alloc(1 + name.length + 1 + 2 + Buffer.byteLength(value));
  let at = header.writeUInt8(name.length, 0);
  at += header.write(name, at, 'latin1');
  at = header.writeUInt8(STRING_HEADER, at);
  at = header.writeUInt16BE(Buffer.byteLength(value), at);
  header.write(value, at);
  return header;
}
