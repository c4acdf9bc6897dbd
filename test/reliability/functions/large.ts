import { createLambdaHandler } from 'lambda-mcp/server/fetch';

const MB = 1024 * 1024;
const PIECE = new Uint8Array(64 * 1024).fill('x'.charCodeAt(0));

/** Answers with a result of as many megabytes as `params.megabytes` says, made while it is sent, as `params.type`. */
export const handler = createLambdaHandler({
  async fetch(request) {
    const { id, params } = (await request.json()) as { id: unknown; params: { megabytes: number; type: string } };
    const isStream = params.type === 'text/event-stream';
    async function* body() {
      yield bytes(
        `${isStream ? 'event: message\ndata: ' : ''}{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"text":"`,
      );
      for (let sent = 0; sent < params.megabytes * MB; sent += PIECE.byteLength) yield PIECE;
      yield bytes(`"}}${isStream ? '\n\n' : ''}`);
    }
    return new Response(ReadableStream.from(body()), { headers: { 'content-type': params.type } });
  },
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
