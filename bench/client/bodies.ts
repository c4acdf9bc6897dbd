/** What a `tools/call` carries: the same size may be much or little work to whoever reads it. */
export const SHAPES = {
  'plain text': (size: number) => call(size, { text: sentences(size, 'A quiet line of prose that needs no escape. ') }),
  'escaped text': (size: number) =>
    call(size, { text: sentences(size, 'He said "go",\n\tand "now" — by \\\\host\\x.\n') }),
  'small objects': (size: number) => call(size, { rows: rows(size) }),
} as const;

export type Shape = keyof typeof SHAPES;

/** A body as an MCP SDK writes it, of about as many bytes as asked for. */
export function requestBody(size: number, shape: Shape): string {
  return SHAPES[shape](size);
}

function call(size: number, args: Record<string, unknown>): string {
  const body = JSON.stringify({
    method: 'tools/call',
    params: { name: 'store', arguments: args, _meta: { progressToken: 7 } },
    jsonrpc: '2.0',
    id: 7,
  });
  const bytes = Buffer.byteLength(body);
  if (Math.abs(bytes - size) > 200 + size * 0.01) throw new Error(`The body has ${bytes} bytes instead of ${size}.`);
  return body;
}

function sentences(size: number, sentence: string): string {
  const written = Buffer.byteLength(JSON.stringify(sentence)) - 2;
  return sentence.repeat(Math.max(1, Math.round((size - 130) / written)));
}

function rows(size: number): unknown[] {
  const made: unknown[] = [];
  for (let bytes = 130, id = 0; bytes < size; id += 1) {
    const row = { id, name: `row ${id}`, tags: ['a', 'b'], price: id / 4, open: id % 2 === 0, note: null };
    bytes += JSON.stringify(row).length + 1;
    made.push(row);
  }
  return made;
}
