import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Every way of answering, as far as it is told apart here. */
export const AXES = {
  type: ['application/json', 'Application/JSON; charset=UTF-8', 'text/event-stream', 'text/event-stream;charset=utf-8'],
  id: ['number', 'numeric string', 'null', 'another'],
  shape: ['one message', 'array of one'],
  dress: ['plain', 'byte order mark', 'CR', 'CRLF', 'pretty-printed', 'comments and empty events'],
  encoding: ['identity', 'gzip', 'br'],
  end: ['closed', 'left open', 'left open with comments', 'cut short', 'cut off'],
  /** Where it is cut, in thousandths of the body. */
  cut: [0, 100, 300, 500, 700, 900, 970, 985, 999],
  status: [200, 201, 202, 400, 403, 404, 406, 500, 503],
  outcome: ['result', 'error'],
  method: ['initialize', 'tools/list', 'tools/call'],
  line: ['v1', 'v2'],
} as const;

export type Axis = keyof typeof AXES;
export type Cell = { readonly [A in Axis]: (typeof AXES)[A][number] };

/** What is sent for a cell: bytes, and whether the connection stays open, is closed, or is destroyed behind them. */
export interface AnswerBytes {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly end: Cell['end'];
}

const RESULTS = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'server', version: '1.0.0' },
  },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'ü "quoted" \\ text' }] },
} as const;

const IDS: Record<Cell['id'], (id: number) => unknown> = {
  number: (id) => id,
  'numeric string': String,
  null: () => null,
  another: (id) => id + 1000,
};

/** The plain answer to a request. */
export function plainAnswer(method: keyof typeof RESULTS, id: number): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: RESULTS[method] });
}

export function answerBytes(cell: Cell, id: number): AnswerBytes {
  const { outcome, method, shape, dress, encoding, end, status, type } = cell;
  const error = { error: { code: -32042, message: 'The server says no.' } };
  const message = {
    jsonrpc: '2.0',
    id: IDS[cell.id](id),
    ...(outcome === 'error' ? error : { result: RESULTS[method] }),
  };
  const given = shape === 'one message' ? message : [message];
  const text = JSON.stringify(given, null, dress === 'pretty-printed' ? 2 : undefined);
  const isStream = type.startsWith('text/event-stream');
  const dressed = isStream ? eventStream(text, dress) : text;
  const whole = encode(Buffer.from(dress === 'byte order mark' ? `\ufeff${dressed}` : dressed), encoding);
  const isCut = end === 'cut short' || end === 'cut off';
  return {
    status,
    headers: { 'content-type': type, ...(encoding !== 'identity' && { 'content-encoding': encoding }) },
    body: isCut ? whole.subarray(0, Math.floor((whole.byteLength * cell.cut) / 1000)) : whole,
    end,
  };
}

function eventStream(text: string, dress: Cell['dress']): string {
  const data = text.replaceAll(/^/gm, 'data: ');
  const events = `event: message\n${data}\n\n`;
  if (dress === 'CR') return events.replaceAll('\n', '\r');
  if (dress === 'CRLF') return events.replaceAll('\n', '\r\n');
  if (dress !== 'comments and empty events') return events;
  return `: hello\n\ndata:\n\nretry: 500\n\nevent: ping\ndata: {}\n\n${events}: bye\n\n`;
}

function encode(body: Buffer, encoding: Cell['encoding']): Buffer {
  if (encoding === 'gzip') return gzipSync(body);
  return encoding === 'br' ? brotliCompressSync(body) : body;
}
