const MB = 2 ** 20;
const PIECE = new Uint8Array(64 * 1024).fill('x'.charCodeAt(0));

/** Answers a JSON-RPC request with as many megabytes as `params.megabytes` says, made while they are sent, as `params.type`. */
export async function answerLarge(request: Request): Promise<Response> {
  const { id, params } = (await request.json()) as { id: unknown; params: { megabytes: number; type: string } };
  const isStream = params.type === 'text/event-stream';
  async function* body() {
    yield encode(`${isStream ? 'data: ' : ''}{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"text":"`);
    for (let sent = 0; sent < params.megabytes * MB; sent += PIECE.byteLength) yield PIECE;
    yield encode(`"}}${isStream ? '\n\n' : ''}`);
  }
  return new Response(ReadableStream.from(body()), { headers: { 'content-type': params.type } });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
