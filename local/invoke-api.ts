import type { ServerResponse } from 'node:http';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import type { Access } from './access.ts';
import type { ApiCall } from './api-call.ts';
import { encodeEvent } from './event-stream.ts';
import {
  type Environments,
  FunctionError,
  type InvocationResponse,
  TooManyRequestsError,
} from './execution/environments.ts';
import { invalidParameter, LambdaApiError } from './lambda-api-error.ts';
import { type LocalFunction, qualifiedArn, THROTTLE_REASON } from './local-function.ts';
import { limitSize, responseTooLarge } from './response-size.ts';
import { newTraceHeader } from './trace-header.ts';
import { denialMessage, type Trail } from './trail.ts';
import { drained } from './write-body.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The two ways in which the Lambda API runs the function. The function learns nothing of who called it. */
export interface Invoker {
  invoke(call: ApiCall): Promise<void>;
  invokeWithResponseStream(call: ApiCall): Promise<void>;
}

/** Source: AWS Lambda API Reference, Invoke and InvokeWithResponseStream. */
export function createInvoker(fn: LocalFunction, access: Access, environments: Environments, trail: Trail): Invoker {
  const action = 'lambda:InvokeFunction';

  function admit(call: ApiCall): void {
    const { caller, incoming, qualifier, requestId } = call;
    const functionArn = qualifiedArn(fn.arn, qualifier);
    const decision = access.authorize(caller, incoming, { action, qualifier });
    const denied = decision.allowed ? undefined : { action, decision };
    trail.record({ eventName: 'Invoke', requestId, caller, incoming, functionArn, ...(denied && { denied }) });
    if (denied) {
      throw new LambdaApiError('AccessDeniedException', 403, denialMessage(caller, action, functionArn, decision));
    }
  }

  async function start(call: ApiCall): Promise<InvocationResponse> {
    const payload = readPayload(call.incoming.body);
    try {
      return await environments.invoke({
        payload,
        requestId: call.requestId,
        invokedFunctionArn: qualifiedArn(fn.arn, call.qualifier),
        traceId: newTraceHeader(),
        ...readClientContext(call),
      });
    } catch (error) {
      if (!(error instanceof TooManyRequestsError)) throw error;
      throw new LambdaApiError('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: THROTTLE_REASON });
    }
  }

  return {
    async invoke(call) {
      admit(call);
      if (isDryRun(call)) return void call.response.writeHead(204).end();
      try {
        const { body } = await start(call);
        sendPayload(call.response, await collect(body), {});
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        const payload = Buffer.from(JSON.stringify(errorDetails(error)));
        sendPayload(call.response, payload, { 'X-Amz-Function-Error': 'Unhandled' });
      }
    },

    async invokeWithResponseStream(call) {
      admit(call);
      const { response } = call;
      if (isDryRun(call)) return void response.writeHead(204).end();
      let complete: Record<string, string> = {};
      try {
        const { body } = await start(call);
        startStream(response);
        for await (const chunk of limitSize(body)) {
          if (response.destroyed) return;
          const frame = encodeEvent('PayloadChunk', 'application/octet-stream', chunk);
          if (!response.write(frame)) await drained(response);
        }
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        complete = { ErrorCode: error.errorType, ErrorDetails: JSON.stringify(errorDetails(error)) };
      }
      startStream(response);
      response.end(encodeEvent('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(complete))));
    },
  };
}

/** @throws LambdaApiError for an invocation that would only be queued */
function isDryRun({ incoming }: ApiCall): boolean {
  const type = incoming.header('x-amz-invocation-type') ?? 'RequestResponse';
  if (type === 'DryRun' || type === 'RequestResponse') return type === 'DryRun';
  throw invalidParameter(`The local Lambda does not know the invocation type ${type}.`);
}

function startStream(response: ServerResponse): void {
  if (response.headersSent) return;
  response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'X-Amz-Executed-Version': '$LATEST',
  });
  response.flushHeaders();
}

function sendPayload(response: ServerResponse, payload: Buffer, headers: Record<string, string>): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': payload.byteLength,
    'X-Amz-Executed-Version': '$LATEST',
    ...headers,
  });
  response.end(payload);
}

/** A buffered response, which may be no larger than a request. */
async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_REQUEST_SIZE) throw responseTooLarge(MAX_REQUEST_SIZE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function errorDetails({ errorType, errorMessage, trace }: FunctionError) {
  return { errorType, errorMessage, ...(trace && { trace }) };
}

/** @throws LambdaApiError for a client context that is no JSON in base64 */
function readClientContext({ incoming }: ApiCall): { clientContext?: string } {
  const encoded = incoming.header('x-amz-client-context');
  if (encoded === undefined) return {};
  try {
    const clientContext = strictUtf8.decode(Buffer.from(encoded, 'base64'));
    // In one line, as a header holds it.
    return { clientContext: JSON.stringify(JSON.parse(clientContext)) };
  } catch {
    throw new LambdaApiError(
      'InvalidRequestContentException',
      400,
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
}

/** The event, as JSON text; without a payload it is empty. Bytes that are not UTF-8 are no JSON. */
function readPayload(body: Uint8Array): string {
  try {
    const payload = strictUtf8.decode(body) || '{}';
    JSON.parse(payload);
    return payload;
  } catch (cause) {
    const message = `Could not parse request body into json: ${(cause as Error).message}`;
    throw new LambdaApiError('InvalidRequestContentException', 400, message);
  }
}
