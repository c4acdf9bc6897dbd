import { createLambdaHandler, type LambdaHandlerOptions } from 'lambda-mcp/server/fetch';
import { SERVER_SECRET } from './tools.ts';

/** A server without SDK, as bad as servers can be: it throws, ends early, breaks off, and answers with what it was given. */
export const createHandler = (options?: LambdaHandlerOptions) =>
  createLambdaHandler(
    {
      async fetch(request) {
        if (request.headers.has('x-fail')) throw new Error(SERVER_SECRET);
        const { id, method } = (await request.json()) as { id?: unknown; method?: unknown };
        if (typeof id !== 'string' && typeof id !== 'number') return new Response(null, { status: 202 });
        if (method === 'resources/list') return new Response('data: {', { headers: EVENT_STREAM });
        if (method === 'resources/read') return new Response(ReadableStream.from(breakOff()), { headers: JSON_TYPE });
        return Response.json({ jsonrpc: '2.0', id, result: {} });
      },
    },
    options,
  );

async function* breakOff() {
  yield new TextEncoder().encode('{"jsonrpc"');
  throw new Error(SERVER_SECRET);
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

export const handler = createHandler();
