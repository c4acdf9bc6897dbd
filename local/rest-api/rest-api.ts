import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { MAX_REQUEST_SIZE } from '../../wire/limits.ts';
import { type BodyIterator, readPrelude } from '../../wire/read-response.ts';
import { HTTP_INTEGRATION_CONTENT_TYPE } from '../../wire/response-stream.ts';
import { type Environments, type Invocation, TooManyRequestsError } from '../execution/environments.ts';
import { readIncoming } from '../http-io.ts';
import { limitSize } from '../response-size.ts';
import { newTraceHeader } from '../trace-header.ts';
import { writeBody } from '../write-body.ts';
import type { RestApi } from './api.ts';
import type { Authorize } from './authorize.ts';
import { GATEWAY_RESPONSES, sendGatewayResponse } from './gateway-response.ts';
import { leavingHeader } from './renamed-headers.ts';
import { toRestApiEvent } from './rest-api-request.ts';

/** Bytes. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_API_REQUEST_SIZE = 10 * 1024 * 1024;

/** Bytes within which the prelude must be whole. */
const MAX_PRELUDE_SIZE = 16 * 1024;

/**
 * A REST API of one resource, whose Lambda proxy integration streams.
 *
 * Source: Amazon API Gateway Developer Guide, "Stream the integration response for your proxy integrations".
 *
 * @param idleTimeout longest silence of a response; milliseconds
 */
export function createRestApi(
  api: RestApi,
  authorize: Authorize,
  environments: Environments,
  idleTimeout: number,
): RequestListener {
  const path = api.hasStageInPath ? `/${api.stage}${api.path}` : api.path;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('x-amzn-RequestId', requestId);
    response.setHeader('x-amz-apigw-id', `${requestId.slice(0, 15)}=`);
    const incoming = await readIncoming(request, MAX_API_REQUEST_SIZE);
    if (!incoming) return sendGatewayResponse(response, GATEWAY_RESPONSES.tooLarge);
    if (incoming.target.split('?')[0] !== path) return sendGatewayResponse(response, GATEWAY_RESPONSES.missingToken);
    const authorized = await authorize(incoming);
    if ('refusal' in authorized) return sendGatewayResponse(response, authorized.refusal);
    const traceId = newTraceHeader();
    response.setHeader('x-amzn-trace-id', traceId);
    const payload = JSON.stringify(toRestApiEvent(api, incoming, requestId, traceId, authorized.admitted));
    if (Buffer.byteLength(payload) > MAX_REQUEST_SIZE) return sendGatewayResponse(response, GATEWAY_RESPONSES.tooLarge);
    // The invocation has an id of its own, which the event does not hold.
    const invocation = { payload, requestId: randomUUID(), invokedFunctionArn: api.fn.arn, traceId };
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
