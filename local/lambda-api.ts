import { randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { readArn } from '../wire/aws/arn.ts';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import type { Access } from './access.ts';
import type { ApiCall } from './api-call.ts';
import { readFunctionName } from './function-name.ts';
import { type IncomingRequest, readIncoming, sendJson } from './http-io.ts';
import { invalidParameter, LambdaApiError, notFound } from './lambda-api-error.ts';
import type { Operation } from './lambda-operations.ts';
import { hasQualifier, type LocalFunction, qualifiedArn } from './local-function.ts';
import { denialMessage } from './trail.ts';

/**
 * The part of the Lambda API that reaches and guards the function. An operation that is not known here is refused by name.
 */
export function createLambdaApi(fn: LocalFunction, access: Access, operations: readonly Operation[]): RequestListener {
  async function answer(incoming: IncomingRequest, response: ServerResponse, requestId: string): Promise<void> {
    const verification = access.authenticate(incoming);
    if (!verification.ok) {
      const { errorType, statusCode, message } = verification.refusal;
      return sendJson(response, statusCode, { message }, { 'x-amzn-ErrorType': errorType });
    }
    // Joined, not resolved: `//` would be read as a host.
    const url = new URL(`http://localhost${incoming.target}`);
    const found = findOperation(operations, incoming.method, url.pathname);
    const { functionArn, qualifier: named } = readFunctionName(found.functionName, fn);
    const qualifier = url.searchParams.get('Qualifier') ?? named;
    if (named !== undefined && qualifier !== named) {
      throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
    }
    const call: ApiCall = {
      incoming,
      response,
      requestId,
      caller: verification.accessKey,
      qualifier,
      query: url.searchParams,
      item: found.item,
    };
    const { operation } = found;
    const exists = functionArn === fn.arn && hasQualifier(fn, qualifier);
    // Whether there is a function is told only to those who may call it if there is.
    if (!exists || operation.authorizes !== 'itself') authorize(call, operation, functionArn);
    if (!exists) throw functionNotFound(functionArn, qualifier);
    await operation.handle(call);
  }

  function functionNotFound(functionArn: string, qualifier: string | undefined): LambdaApiError {
    const region = readArn(functionArn)?.region;
    if (region === fn.region) return notFound(`Function not found: ${qualifiedArn(functionArn, qualifier)}`);
    return notFound(`Functions from '${region}' are not reachable in this region ('${fn.region}')`);
  }

  function authorize(call: ApiCall, { action, context: contextOf }: Operation, functionArn: string): void {
    const { caller, incoming, qualifier } = call;
    const context = contextOf?.(call);
    const question = { action, functionArn, qualifier, ...(context && { context }) };
    const decision = access.authorize(caller, incoming, question);
    if (decision.allowed) return;
    const resource = qualifiedArn(functionArn, qualifier);
    throw new LambdaApiError('AccessDeniedException', 403, denialMessage(caller, action, resource, decision));
  }

  return async (request, response) => {
    const requestId = randomUUID();
    response.setHeader('x-amzn-RequestId', requestId);
    try {
      const incoming = await readIncoming(request, MAX_REQUEST_SIZE);
      if (!incoming) throw tooLarge();
      await answer(incoming, response, requestId);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      const known = error instanceof LambdaApiError ? error : undefined;
      const { errorType = 'ServiceException', statusCode = 500, message = String(error), members } = known ?? {};
      const body = { ...members, Type: statusCode < 500 ? 'User' : 'Service', Message: message, message };
      sendJson(response, statusCode, body, { 'x-amzn-ErrorType': errorType });
    }
  };
}

function findOperation(operations: readonly Operation[], method: string, pathname: string) {
  for (const operation of operations) {
    const match = operation.method === method ? operation.path.exec(pathname) : null;
    if (!match) continue;
    const [functionName = '', item] = match.slice(1).map(decodeComponent);
    return { operation, functionName, item };
  }
  throw new LambdaApiError(
    'UnknownOperationException',
    404,
    `${method} ${pathname} is not an operation of the local Lambda.`,
  );
}

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidParameter('The path is not percent-encoded UTF-8.');
  }
}

function tooLarge(): LambdaApiError {
  return new LambdaApiError(
    'RequestTooLargeException',
    413,
    `Request must be smaller than ${MAX_REQUEST_SIZE} bytes for the InvokeFunction operation`,
  );
}
