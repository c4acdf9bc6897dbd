import { readBody, toIterable } from '../wire/body-reader.ts';
import { asRecord } from '../wire/json.ts';
import { ORIGIN_SECRET_HEADER, ORIGIN_SECRET_VARIABLE } from '../wire/origin-secret.ts';
import type { LambdaResponseStream } from '../wire/response-stream.ts';
import { REST_API_VARIABLE } from '../wire/rest-api.ts';
import { isRestApiEvent } from '../wire/rest-api-event.ts';
import { writeResponse } from '../wire/write-response.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';

/**
 * Whether a request went around what stands in front of the function: the CloudFront distribution that adds the value of
 * `LAMBDA_MCP_ORIGIN_SECRET` to each request, as `McpEdge` sets it, or a REST API, where `LAMBDA_MCP_REST_API` is `only`.
 */
export function cameAround(event: unknown): boolean {
  const { [ORIGIN_SECRET_VARIABLE]: secret, [REST_API_VARIABLE]: restApi } = globalThis.process?.env ?? {};
  if (restApi === 'only' && !isRestApiEvent(event)) return true;
  if (!secret) return false;
  const given = asRecord(asRecord(event).headers)[ORIGIN_SECRET_HEADER];
  return typeof given !== 'string' || !isSame(given, secret);
}

/** Answers it with 403, which asks nobody to sign in. */
export async function refuseAround(stream: LambdaResponseStream): Promise<void> {
  const message = 'This server is reached by the host in front of it only: call it by that.';
  const { status, headers, body } = errorResponse(403, { code: JsonRpcErrorCode.serverError, message });
  await writeResponse({ status, headers, body: body && toIterable(readBody(body)) }, stream);
}

/** Takes as long wherever the texts differ. */
function isSame(given: string, secret: string): boolean {
  let difference = given.length ^ secret.length;
  for (let index = 0; index < secret.length; index++) difference |= given.charCodeAt(index) ^ secret.charCodeAt(index);
  return difference === 0;
}
