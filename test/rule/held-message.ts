import { brotliDecompressSync, constants, gunzipSync } from 'node:zlib';
import { type Cell, isEventStream } from './axes.ts';
import { answerBytes } from './bytes.ts';

/** What the bytes of a cell's answer hold once they have all come: the JSON of the message, or nothing that is whole. */
export async function heldMessage(cell: Cell, method: string, id: unknown): Promise<unknown> {
  const { body } = await answerBytes(cell, method, id);
  const text = decoded(body, cell.encoding).replace(/^\ufeff/, '');
  const all = isEventStream(cell) ? lastEvents(text) : [text];
  return all
    .map(parsed)
    .findLast((value) => value !== undefined && !(isRecord(value) && 'method' in value && !('id' in value)));
}

/** The data of each event, with or without the blank line that would end it. */
function lastEvents(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .split('\n\n')
    .filter((event) => !/^event: ping$/m.test(event))
    .map((event) => [...event.matchAll(/^data:(.*)$/gm)].map(([, line]) => line).join('\n'));
}

function decoded(body: Buffer, encoding: Cell['encoding']): string {
  if (encoding === 'identity' || body.byteLength === 0) return body.toString();
  try {
    if (encoding === 'gzip') return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    return brotliDecompressSync(body, { finishFlush: constants.BROTLI_OPERATION_FLUSH }).toString();
  } catch {
    return '';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
