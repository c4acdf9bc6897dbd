import type { InvokeWithResponseStreamCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionUrlEvent } from '../wire/event.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import { readResponse } from '../wire/read-response.ts';
import { requestToEvent } from '../wire/request-to-event.ts';
import { type AgentFetchOptions, createAgentFetch } from './agent-fetch.ts';
import { RequestTooLargeError } from './errors.ts';
import { type FunctionTarget, readFunctionTarget } from './function-target.ts';
import { FunctionFailure, InvocationCutOff, invocationErrorResponse } from './invocation-error.ts';
import { invokeOnce } from './invoke-once.ts';
import { bodyBytes, type OutgoingRequest } from './outgoing-request.ts';
import { type CredentialsOptions, type CredentialsSource, credentialsSource, differ } from './signing/credentials.ts';
import { environmentRegion } from './signing-scope.ts';

export interface InvokeFetchOptions extends CredentialsOptions, AgentFetchOptions {
  /**
   * The function's region.
   * @default the ARN's, else AWS_REGION, AWS_DEFAULT_REGION or the profile's
   */
  readonly region?: string;
  /**
   * Version or alias to invoke.
   * @default the ARN's, else `$LATEST`
   */
  readonly qualifier?: string;
  /**
   * Endpoint of the Lambda API, such as an interface VPC endpoint.
   * @default AWS_ENDPOINT_URL_LAMBDA, or the region's endpoint
   */
  readonly endpoint?: string;
  /**
   * How long making a connection may take; milliseconds.
   * @default the AWS SDK's: no limit
   */
  readonly connectTimeout?: number;
  /**
   * A client of your own, with its credentials, region and endpoint. Its own retrying is left out: it could run a tool
   * twice.
   */
  readonly client?: LambdaClient;
}

/**
 * A `fetch` that invokes a function through the Lambda API, with the event that its URL would have made of the request.
 *
 * Of the request's URL only path and query reach the function. The response streams as the function writes it. Lambda
 * tells the function nothing about who invoked it, so the server's `caller` is undefined.
 *
 * Refusals are responses: 403 access denied, 404 no such function, 413 too large, 502 the function failed, 503 throttled
 * throughout. It throws {@link TargetError}, {@link CredentialsError} and {@link RequestTooLargeError} before anything
 * is sent.
 *
 * Source: AWS Lambda API Reference, InvokeWithResponseStream.
 */
export function invokeFetch(functionNameOrArn: string, options: InvokeFetchOptions = {}): typeof fetch {
  const target = readFunctionTarget(functionNameOrArn);
  const credentials = credentialsSource(options);
  let client: Promise<LambdaClient> | undefined;

  async function invoke(payload: Uint8Array, signal: AbortSignal | undefined): Promise<Response> {
    // The AWS client leaves a response that nobody reads on open, and its connection with it: an abort closes both.
    const unread = new AbortController();
    client ??= options.client ? Promise.resolve(options.client) : createClient(target, options, credentials);
    const output = await invokeOnce(
      await client,
      { FunctionName: target.functionName, Qualifier: options.qualifier ?? target.qualifier, Payload: payload },
      signal ? AbortSignal.any([signal, unread.signal]) : unread.signal,
    );
    return read(output, () => unread.abort());
  }

  async function attempt(payload: Uint8Array, signal: AbortSignal | undefined): Promise<Response> {
    const used = options.client ? undefined : await credentials();
    try {
      return await invoke(payload, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (isClockCorrected(error)) return invoke(payload, signal);
      if (!used || !areStale(error) || typeof options.credentials === 'object') throw error;
      if (!differ(used, await credentials({ forceRefresh: true }))) throw error;
      client = createClient(target, options, credentials, await client);
      return invoke(payload, signal);
    }
  }

  return createAgentFetch(async (request) => {
    const payload = new TextEncoder().encode(JSON.stringify(toEvent(request, target)));
    if (payload.byteLength > MAX_REQUEST_SIZE) {
      throw new RequestTooLargeError('The request as an invocation event', payload.byteLength, MAX_REQUEST_SIZE);
    }
    try {
      return await attempt(payload, request.signal);
    } catch (error) {
      const response = request.signal?.aborted ? undefined : invocationErrorResponse(error);
      if (!response) throw error;
      return response;
    }
  }, options);
}

/** @param previous a client whose credentials went stale: its connections and its clock are taken over */
async function createClient(
  target: FunctionTarget,
  { region, endpoint, profile, connectTimeout }: InvokeFetchOptions,
  credentials: CredentialsSource,
  previous?: LambdaClient,
): Promise<LambdaClient> {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const known = region ?? target.region ?? environmentRegion();
  return new LambdaClient({
    credentials: () => credentials(),
    maxAttempts: 1,
    ...(known && { region: known }),
    ...(endpoint && { endpoint }),
    ...(profile && { profile }),
    ...(connectTimeout && { requestHandler: { connectionTimeout: connectTimeout } }),
    ...(previous && {
      requestHandler: previous.config.requestHandler,
      systemClockOffset: previous.config.systemClockOffset,
    }),
  });
}

/** The event that the function's URL would have made; its origin is unknown to the caller and believed by nobody. */
function toEvent(request: OutgoingRequest, { functionName }: FunctionTarget): FunctionUrlEvent {
  return requestToEvent(
    {
      method: request.method,
      target: `${request.url.pathname}${request.url.search}`,
      headers: request.headers,
      body: bodyBytes(request.body),
    },
    {
      requestId: crypto.randomUUID(),
      accountId: /:(\d{12}):/.exec(functionName)?.[1] ?? '000000000000',
      urlId: 'invoke',
      domainName: request.url.host,
      sourceIp: '127.0.0.1',
      time: new Date(),
    },
  );
}

/** With the request id where a function URL puts it. */
async function read(output: InvokeWithResponseStreamCommandOutput, close: () => void): Promise<Response> {
  const response = await readResponse(closable(payloadChunks(output), close));
  const { requestId } = output.$metadata;
  if (requestId) response.headers.set('x-amzn-requestid', requestId);
  return response;
}

async function* payloadChunks({
  EventStream,
}: InvokeWithResponseStreamCommandOutput): AsyncGenerator<Uint8Array, void> {
  const events = EventStream?.[Symbol.asyncIterator]();
  while (events) {
    const { done, value: event } = await events.next();
    if (done) break;
    const { PayloadChunk, InvokeComplete } = event;
    if (PayloadChunk?.Payload) yield PayloadChunk.Payload;
    if (!InvokeComplete) continue;
    // What is left is the end of the HTTP response: unread, it holds the connection, and the process with it.
    events.next().catch(() => {});
    const { ErrorCode, ErrorDetails } = InvokeComplete;
    if (ErrorCode) throw new FunctionFailure(ErrorCode, ErrorDetails);
    return;
  }
  throw new InvocationCutOff('The connection closed before the invocation was complete. The function may have run.');
}

/** Not the generator's own `return()`, which would wait for the chunk that `next()` waits for. */
function closable(chunks: AsyncIterator<Uint8Array, void>, close: () => void): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array, void> = {
    next: () => chunks.next(),
    async return() {
      close();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** Whether AWS refused the signature for its date, and its client has set its clock by the answer since. */
function isClockCorrected(error: unknown): boolean {
  return (error as { $metadata?: { clockSkewCorrected?: boolean } }).$metadata?.clockSkewCorrected === true;
}

/** Whether AWS says that the credentials have expired, or that it does not know them any more. */
function areStale(error: unknown): boolean {
  return error instanceof Error && /^(?:ExpiredToken|UnrecognizedClient)/.test(error.name);
}
