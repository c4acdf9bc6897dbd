import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { MAX_REQUEST_SIZE } from '../../wire/limits.ts';
import { type BodyIterator, readPrelude } from '../../wire/read-response.ts';
import { HTTP_INTEGRATION_CONTENT_TYPE } from '../../wire/response-stream.ts';
import { type Environments, type Invocation, TooManyRequestsError } from '../execution/environments.ts';
import { type IncomingRequest, readIncoming } from '../http-io.ts';
import { limitSize } from '../response-size.ts';
import { newTraceHeader } from '../trace-header.ts';
import type { Trail } from '../trail.ts';
import { writeBody } from '../write-body.ts';
import { accessLogLine } from './access-log.ts';
import type { RestApi } from './api.ts';
import type { Authorize } from './authorize.ts';
import { GATEWAY_RESPONSES, sendGatewayResponse } from './gateway-response.ts';
import { leavingHeader } from './renamed-headers.ts';
import { type Admitted, toRestApiEvent } from './rest-api-request.ts';

/** Bytes. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_API_REQUEST_SIZE = 10 * 1024 * 1024;

/** Bytes within which the prelude must be whole. */
const MAX_PRELUDE_SIZE = 16 * 1024;

/** Where a REST API calls, and where it is written down. */
export interface RestApiBackend {
  readonly environments: Environments;
  /** Longest silence of a response; milliseconds. */
  readonly idleTimeout: number;
  readonly trail: Trail;
  /** Takes a line for each request. */
  readonly writeAccess: (line: string) => void;
}

/**
 * A REST API of one resource, whose Lambda proxy integration streams.
 *
 * Source: Amazon API Gateway Developer Guide, "Stream the integration response for your proxy integrations".
 */
export function createRestApi(
  api: RestApi,
  authorize: Authorize,
  { environments, idleTimeout, trail, writeAccess }: RestApiBackend,
): RequestListener {
  const path = api.hasStageInPath ? `/${api.stage}${api.path}` : api.path;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const extendedRequestId = `${randomUUID().slice(0, 15)}=`;
    response.setHeader('x-amzn-RequestId', requestId);
    response.setHeader('x-amz-apigw-id', extendedRequestId);
    const began = Date.now();
    let incoming: IncomingRequest | undefined;
    let admitted: Admitted | undefined;
    let invocationId: string | undefined;
    const { socket } = response;
    const before = socket?.bytesWritten ?? 0;
    response.once('close', () => {
      const bytes = Math.max(0, (socket?.bytesWritten ?? 0) - before);
      const { statusCode: status } = response;
      const said = response.getHeader('x-amzn-errortype');
      const errorType = typeof said === 'string' && invocationId === undefined ? said : undefined;
      const ids = { requestId, extendedRequestId, invocationId };
      writeAccess(accessLogLine({ ...ids, began, incoming, admitted, status, bytes, errorType }));
    });
    incoming = await readIncoming(request, MAX_API_REQUEST_SIZE);
    if (!incoming) return sendGatewayResponse(response, GATEWAY_RESPONSES.tooLarge);
    if (incoming.target.split('?')[0] !== path) return sendGatewayResponse(response, GATEWAY_RESPONSES.missingToken);
    const authorized = await authorize(incoming);
    if ('refusal' in authorized) return sendGatewayResponse(response, authorized.refusal);
    const traceId = newTraceHeader();
    response.setHeader('x-amzn-trace-id', traceId);
    admitted = authorized.admitted;
    const payload = JSON.stringify(toRestApiEvent(api, incoming, requestId, traceId, admitted));
    if (Buffer.byteLength(payload) > MAX_REQUEST_SIZE) return sendGatewayResponse(response, GATEWAY_RESPONSES.tooLarge);
    // The invocation has an id of its own, which the event does not hold.
    invocationId = randomUUID();
    trail.recordApi(invocationId);
    const invocation = { payload, requestId: invocationId, invokedFunctionArn: api.fn.arn, traceId };
    await answer(response, environments, invocation, idleTimeout);
  }
  return (request, response) => void serve(request, response).catch(() => response.destroy());
}

async function answer(
  response: ServerResponse,
  environments: Environments,
  invocation: Invocation,
  idleTimeout: number,
): Promise<void> {
  let rest: BodyIterator | undefined;
  try {
    const { contentType, body } = await environments.invoke(invocation);
    const read = contentType === HTTP_INTEGRATION_CONTENT_TYPE ? await readPrelude(body, MAX_PRELUDE_SIZE) : undefined;
    if (!read) return sendGatewayResponse(response, GATEWAY_RESPONSES.badGateway);
    const { prelude } = read;
    rest = read.body;
    response.writeHead(prelude.statusCode, [
      ...Object.entries(prelude.headers).flatMap(([name, value]) => {
        const leaving = leavingHeader(name);
        return leaving === undefined ? [] : [leaving, value];
      }),
      ...prelude.cookies.flatMap((cookie) => ['set-cookie', cookie]),
    ]);
    response.flushHeaders();
    await writeBody(cutSilence(limitSize(rest), idleTimeout, response), response);
  } catch (error) {
    await rest?.return();
    if (response.headersSent) response.destroy();
    else if (error instanceof TooManyRequestsError) sendGatewayResponse(response, GATEWAY_RESPONSES.failed);
    else sendGatewayResponse(response, GATEWAY_RESPONSES.badGateway);
  }
}

/** Breaks a response off that is silent for too long. The function runs on. */
async function* cutSilence(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  response: ServerResponse,
): AsyncGenerator<Uint8Array, void> {
  let timer = setTimeout(() => response.destroy(), limit);
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(() => response.destroy(), limit);
    }
  } finally {
    clearTimeout(timer);
  }
}
