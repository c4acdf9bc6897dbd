import { readBody, toIterable } from '../wire/body-reader.ts';
import { asRecord } from '../wire/json.ts';
import { ORIGIN_SECRET_HEADER, ORIGIN_SECRET_VARIABLE } from '../wire/origin-secret.ts';
import type { LambdaResponseStream } from '../wire/response-stream.ts';
import { writeResponse } from '../wire/write-response.ts';
import { errorResponse, JsonRpcErrorCode } from './json-rpc.ts';

/**
 * Whether a request went around the CloudFront distribution that stands in front of the function. The variable
 * `LAMBDA_MCP_ORIGIN_SECRET`, which `McpEdge` sets, says that one does, and what it adds to each request.
 */
export function cameAround(event: unknown): boolean {
  const secret = globalThis.process?.env?.[ORIGIN_SECRET_VARIABLE];
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
