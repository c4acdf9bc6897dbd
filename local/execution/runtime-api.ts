import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorPayload, FunctionError } from './errors.ts';
import type { Invocation } from './invocation.ts';

/** What a runtime does through the Runtime API. Each promise is waited for before the runtime is answered. */
export interface RuntimeEvents {
  /** It asks for its next call, and waits until it is given one. */
  onNext(give: GiveCall): void;
  /** It responds, whole or while the handler writes. Of an error in mid-stream see `errorInTrailers`. */
  onResponse(requestId: string, response: IncomingMessage): Promise<void>;
  /** A call failed, and there is no other response. */
  onError(requestId: string, error: FunctionError): Promise<void>;
  /** The function could not be loaded. */
  onInitError(error: FunctionError): void;
}

/** @param deadline milliseconds since the epoch */
export type GiveCall = (invocation: Invocation, deadline: number) => void;

export interface RuntimeApi {
  /** `HOST:PORT`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Takes no more connections. Those that are open end with the runtime. */
  close(): void;
  /** Ends the connections too. */
  breakOff(): void;
}

const ROUTE = /^\/2018-06-01\/runtime\/(init\/error|invocation\/next|invocation\/([^/]+)\/(response|error))$/;

/** As Lambda's own, nothing here ends a connection: a frozen runtime, or one that streams for long, is not broken off. */
const NO_TIMEOUTS = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, connectionsCheckingInterval: 2 ** 30 };

/**
 * The HTTP interface at which a runtime asks for calls and answers them, on loopback.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html for response streaming
 */
export async function startRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const [, path, requestId = '', kind] = ROUTE.exec(request.url ?? '') ?? [];
    if (path === 'invocation/next') {
      return events.onNext((invocation, deadline) => sendCall(response, invocation, deadline));
    }
    if (kind === 'response') await events.onResponse(requestId, request);
    else if (kind === 'error') await events.onError(requestId, await readError(request));
    else if (path === 'init/error') events.onInitError(await readError(request));
    const known = path !== undefined;
    response.writeHead(known ? 202 : 404, { 'Content-Type': 'application/json' });
    response.end(known ? '{"status":"OK"}' : '{"errorType":"NotFound"}');
  };
  // The trailers hold a whole stack trace.
  const server = createServer({ ...NO_TIMEOUTS, maxHeaderSize: 1024 * 1024 }, (request, response) => {
    request.on('error', () => {});
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
    breakOff: () => server.closeAllConnections(),
  };
}

/** The error that a streamed response ended with: its type in one trailer, the rest as JSON in base64 in another. */
export function errorInTrailers({ trailers }: IncomingMessage): FunctionError | undefined {
  const type = trailers['lambda-runtime-function-error-type'];
  const body = trailers['lambda-runtime-function-error-body'];
  return type === undefined ? undefined : toError(Buffer.from(body ?? '', 'base64').toString('utf8'), type);
}

function sendCall(response: ServerResponse, invocation: Invocation, deadline: number): void {
  const { requestId, invokedFunctionArn, traceId, clientContext, payload } = invocation;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': invokedFunctionArn,
    ...(traceId !== undefined && { 'Lambda-Runtime-Trace-Id': traceId }),
    // A header takes bytes, of which each stands for a character.
    ...(clientContext !== undefined && {
      'Lambda-Runtime-Client-Context': Buffer.from(clientContext).toString('latin1'),
    }),
  });
  response.end(payload);
}

async function readError(request: IncomingMessage): Promise<FunctionError> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const type = request.headers['lambda-runtime-function-error-type'];
  return toError(Buffer.concat(chunks).toString('utf8'), String(type));
}

function toError(body: string, type: string): FunctionError {
  const { errorType = type, errorMessage = '', trace } = JSON.parse(body || '{}') as Partial<ErrorPayload>;
  return new FunctionError({ errorType, errorMessage, ...(trace && { trace }) });
}
