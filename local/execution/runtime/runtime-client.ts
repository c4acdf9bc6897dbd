import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ErrorPayload } from '../errors.ts';
import type { Invocation } from '../invocation.ts';

/** A call, and when its time is up; milliseconds since the epoch. */
export interface RuntimeCall {
  readonly invocation: Invocation;
  readonly deadline: number;
}

/** The runtime's side of the Runtime API. @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export interface RuntimeClient {
  next(): Promise<RuntimeCall>;
  /** A response that is whole. */
  respond(requestId: string, json: string): Promise<void>;
  /** A response that is yet to be written: headers, chunks and trailers. */
  stream(requestId: string, highWaterMark: number | undefined): ClientRequest;
  fail(requestId: string, error: ErrorPayload): Promise<void>;
  failInit(error: ErrorPayload): Promise<void>;
}

// An import would look at every export, and so load the WebSocket client too: 30 ms of each init phase.
const { Agent, request } = process.getBuiltinModule('node:http');

const BASE = '/2018-06-01/runtime';

/** @param address `HOST:PORT`, as `AWS_LAMBDA_RUNTIME_API` has it */
export function createRuntimeClient(address: string): RuntimeClient {
  const [host = '', port = ''] = address.split(':');
  // As in Lambda's runtime, the first response waits for a connection of its own.
  const asking = { host, port, agent: new Agent({ keepAlive: true }) };
  const shared = { host, port, agent: new Agent({ keepAlive: true }) };

  const post = async (path: string, body: string, headers: Record<string, string>) => {
    const sent = request({ ...shared, method: 'POST', path: `${BASE}/${path}`, headers });
    sent.end(body);
    await readText(await responseTo(sent));
  };
  const postError = (path: string, error: ErrorPayload) =>
    post(path, JSON.stringify(error), {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Function-Error-Type': headerText(error.errorType),
    });

  return {
    async next() {
      const asked = request({ ...asking, path: `${BASE}/invocation/next` });
      asked.end();
      try {
        const response = await responseTo(asked);
        return toCall(response.headers, await readText(response));
      } catch {
        // Whoever gave the calls is gone.
        return process.exit(1);
      }
    },
    respond: (requestId, json) =>
      post(`invocation/${requestId}/response`, json, { 'Content-Type': 'application/json' }),
    stream: (requestId, highWaterMark) =>
      request({
        ...shared,
        ...(highWaterMark !== undefined && { highWaterMark }),
        method: 'POST',
        path: `${BASE}/invocation/${requestId}/response`,
        headers: { 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked' },
      }),
    fail: (requestId, error) => postError(`invocation/${requestId}/error`, error),
    failInit: (error) => postError('init/error', error),
  };
}

/** What a header takes of a text; its whole is in the body. */
export function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => void sent.once('response', resolve).once('error', reject));
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function toCall(headers: IncomingHttpHeaders, payload: string): RuntimeCall {
  const text = (name: string) => headers[name]?.toString();
  const traceId = text('lambda-runtime-trace-id');
  const clientContext = text('lambda-runtime-client-context');
  return {
    invocation: {
      payload,
      requestId: text('lambda-runtime-aws-request-id') ?? '',
      invokedFunctionArn: text('lambda-runtime-invoked-function-arn') ?? '',
      ...(traceId !== undefined && { traceId }),
      ...(clientContext !== undefined && { clientContext: Buffer.from(clientContext, 'latin1').toString('utf8') }),
    },
    deadline: Number(text('lambda-runtime-deadline-ms')),
  };
}
