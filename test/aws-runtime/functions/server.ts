/** A server behind `createLambdaHandler` that is a function of requests and nothing more: the path names what it does. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLambdaHandler, type McpRequestContext } from 'lambda-mcp/server/fetch';

type Scenario = (request: Request, context: McpRequestContext) => Response | Promise<Response>;

const encoder = new TextEncoder();
const eventStream = { headers: { 'content-type': 'text/event-stream' } };
const answer = 'data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n';

const scenarios: Record<string, Scenario> = {
  accepted: () => new Response(null, { status: 202 }),
  'no-content': () => new Response(null, { status: 204 }),
  'empty-text': () => new Response('', { status: 200, headers: { 'content-type': 'text/plain' } }),
  cookies() {
    const response = new Response('x', { status: 201, headers: { 'content-type': 'text/plain' } });
    response.headers.append('set-cookie', 'a=1; Path=/');
    response.headers.append('set-cookie', 'b=2');
    return response;
  },
  mark() {
    process.stdout.write('mark\n');
    return new Response(null, { status: 202 });
  },
  caller: (_request, { caller }) => new Response(caller?.arn, { headers: { 'content-type': 'text/plain' } }),
  large: () =>
    stream(async (write) => {
      for (let count = 0; count < 20; count += 1) await write('abcdefghij'.repeat(104_858).slice(0, 1024 * 1024));
    }),
  steps(request) {
    const file = new URL(request.url).searchParams.get('file');
    return stream(async (write) => {
      for (let step = 1; step <= 3; step += 1) {
        await write(`: ${step};\n\n`);
        while (!existsSync(`${file}.${step}`)) await sleep(5);
      }
      await write(answer);
    });
  },
  throw() {
    throw new Error('a secret of the server');
  },
  'throw-mid': () =>
    stream(async (write) => {
      await write(': begun\n\n');
      throw new Error('a secret of the server');
    }),
  silent: () => stream(async () => {}),
  never: () => new Promise(() => {}),
  'never-ends': () =>
    stream(async (write) => {
      await write(': begun\n\n');
      await new Promise(() => {});
    }),
};

/** An event stream of what is written, at the pace of its reader. */
function stream(run: (write: (text: string) => Promise<void>) => Promise<void>): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  run((text) => writer.write(encoder.encode(text))).then(
    () => writer.close(),
    (error) => writer.abort(error),
  );
  return new Response(readable, eventStream);
}

export const handler = createLambdaHandler({
  fetch(request, context) {
    const scenario = scenarios[new URL(request.url).pathname.slice(1)];
    return scenario ? scenario(request, context) : new Response('no such scenario', { status: 404 });
  },
});
