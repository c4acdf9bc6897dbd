import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorPayload, FunctionError } from '../../local/execution/errors.ts';
import type { Invocation } from '../../local/execution/invocation.ts';
import type { BodyIterator } from '../../wire/read-response.ts';

/** What the runtime does through the Runtime API. */
export interface RuntimeEvents {
  /** It asks for its next call, and waits until it is given one. */
  onNext(give: (invocation: Invocation, deadline: number) => void): void;
  onResponse(response: RuntimeResponse): void;
  /** A call failed, and there is no other response. */
  onError(error: FunctionError): void;
  /** The function could not be loaded. */
  onInitError(error: FunctionError): void;
}

/** A response as the runtime sends it: whole, or streamed while the handler writes. */
export interface RuntimeResponse {
  readonly contentType: string | undefined;
  /** Throws a `FunctionError` that its trailers tell of, or whatever breaks it off. */
  readonly body: BodyIterator;
}

export interface RuntimeApi {
  /** `HOST:PORT`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Resolves when the runtime has hung up, and all that it had sent was read. */
  close(): Promise<void>;
}

const ROUTE = /^\/2018-06-01\/runtime\/(init\/error|invocation\/next|invocation\/([^/]+)\/(response|error))$/;

/**
 * The HTTP interface at which a runtime asks for calls and answers them.
 *
 * A streamed response is chunked, says `Lambda-Runtime-Function-Response-Mode: streaming`, and tells of an error in the
 * trailers `Lambda-Runtime-Function-Error-Type` and `-Body`, the body as JSON in base64.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html for response streaming
 */
export async function startRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  let running: { readonly requestId: string; readonly answered: PromiseWithResolvers<void> } | undefined;
  // The trailers hold a whole stack trace.
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, async (request, response) => {
    const [, path, requestId, kind] = ROUTE.exec(request.url ?? '') ?? [];
    if (path === 'invocation/next') {
      // After an error the runtime asks while its answer is still on its way.
      await running?.answered.promise;
      return events.onNext((invocation, deadline) => {
        running = { requestId: invocation.requestId, answered: Promise.withResolvers() };
        sendCall(response, invocation, deadline);
      });
    }
    const { answered } = running ?? {};
    if (path === undefined || requestId !== running?.requestId) {
      console.error(`The runtime sent what the Runtime API does not know: ${request.method} ${request.url}`);
      return response.writeHead(400).end();
    }
    request.once('end', () => {
      answered?.resolve();
      response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
    });
    if (kind === 'response') events.onResponse(toResponse(request));
    else if (kind === 'error') events.onError(await readError(request));
    else events.onInitError(await readError(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function sendCall(response: ServerResponse, invocation: Invocation, deadline: number): void {
  const { requestId, invokedFunctionArn, traceId, payload } = invocation;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': invokedFunctionArn,
    ...(traceId !== undefined && { 'Lambda-Runtime-Trace-Id': traceId }),
  });
  response.end(payload);
}

function toResponse(request: IncomingMessage): RuntimeResponse {
  const chunks = request.iterator({ destroyOnReturn: false });
  return {
    contentType: request.headers['content-type'],
    body: {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        const chunk: IteratorResult<Uint8Array> = await chunks.next();
        if (!chunk.done) return chunk;
        const type = request.trailers['lambda-runtime-function-error-type'];
        const body = request.trailers['lambda-runtime-function-error-body'];
        if (type !== undefined) throw toError(Buffer.from(body ?? '', 'base64').toString('utf8'), type);
        return { done: true, value: undefined };
      },
      /** Nobody reads on, yet the function writes to its end. */
      async return() {
        await chunks.return?.();
        request.resume();
        return { done: true, value: undefined };
      },
    },
  };
}

async function readError(request: IncomingMessage): Promise<FunctionError> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const type = request.headers['lambda-runtime-function-error-type'];
  return toError(Buffer.concat(chunks).toString('utf8'), String(type));
}

function toError(body: string, type: string): FunctionError {
  const { errorType = type, errorMessage = '', trace } = JSON.parse(body) as Partial<ErrorPayload>;
  return new FunctionError({ errorType, errorMessage, ...(trace && { trace }) });
}
