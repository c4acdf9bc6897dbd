import { randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { MAX_REQUEST_SIZE } from '../wire/limits.ts';
import type { Access, Question } from './access.ts';
import { type IncomingRequest, readIncoming, sendJson } from './http-io.ts';
import type { Invoker } from './invoke-api.ts';
import { LambdaApiError } from './lambda-api-error.ts';
import { hasQualifier, type LocalFunction, qualifiedArn } from './local-function.ts';
import type { PrincipalKey } from './principals.ts';
import type { AddPermissionInput, ResourcePolicies } from './resource-policy.ts';
import { denialMessage } from './trail.ts';

/** A call of the Lambda API: who, of which version or alias, with what. */
export interface ApiCall {
  readonly incoming: IncomingRequest;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly caller: PrincipalKey;
  readonly qualifier: string | undefined;
  readonly query: URLSearchParams;
  /** The last part of the path, where the operation has one. */
  readonly item: string | undefined;
}

interface Operation {
  readonly method: string;
  readonly path: RegExp;
  readonly action: string;
  /** Invocations record a data event, and so ask for permission themselves. */
  readonly handle: (call: ApiCall) => void | Promise<void>;
  readonly context?: (call: ApiCall) => Question['context'];
  readonly authorizes?: 'itself';
}

/**
 * The part of the Lambda API that reaches and guards the function: Invoke, InvokeWithResponseStream, AddPermission,
 * RemovePermission, GetPolicy, GetFunction, GetFunctionUrlConfig. Any other operation is refused by name.
 *
 * Source: AWS Lambda API Reference.
 */
export function createLambdaApi(
  fn: LocalFunction,
  access: Access,
  policies: ResourcePolicies,
  invoker: Invoker,
  describe: { function(): unknown; url(): unknown },
): RequestListener {
  const operations: readonly Operation[] = [
    {
      method: 'POST',
      path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/,
      action: 'lambda:InvokeFunction',
      authorizes: 'itself',
      handle: (call) => invoker.invoke(call),
    },
    {
      method: 'POST',
      path: /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations$/,
      action: 'lambda:InvokeFunction',
      authorizes: 'itself',
      handle: (call) => invoker.invokeWithResponseStream(call),
    },
    {
      method: 'POST',
      path: /^\/2015-03-31\/functions\/([^/]+)\/policy$/,
      action: 'lambda:AddPermission',
      context: (call) => permissionContext(readJson(call.incoming)),
      handle: ({ incoming, response, qualifier }) => {
        const input = readJson(incoming) as unknown as AddPermissionInput;
        const statement = policies.add({ ...input, ...(qualifier !== undefined && { Qualifier: qualifier }) });
        sendJson(response, 201, { Statement: JSON.stringify(statement) });
      },
    },
    {
      method: 'DELETE',
      path: /^\/2015-03-31\/functions\/([^/]+)\/policy\/([^/]+)$/,
      action: 'lambda:RemovePermission',
      handle: ({ response, item, qualifier, query }) => {
        const revisionId = query.get('RevisionId');
        policies.remove({
          StatementId: item ?? '',
          ...(qualifier !== undefined && { Qualifier: qualifier }),
          ...(revisionId !== null && { RevisionId: revisionId }),
        });
        response.writeHead(204).end();
      },
    },
    {
      method: 'GET',
      path: /^\/2015-03-31\/functions\/([^/]+)\/policy$/,
      action: 'lambda:GetPolicy',
      handle: ({ response, qualifier }) => sendJson(response, 200, policies.get(qualifier)),
    },
    {
      method: 'GET',
      path: /^\/2015-03-31\/functions\/([^/]+)$/,
      action: 'lambda:GetFunction',
      handle: ({ response }) => sendJson(response, 200, describe.function()),
    },
    {
      method: 'GET',
      path: /^\/2021-10-31\/functions\/([^/]+)\/url$/,
      action: 'lambda:GetFunctionUrlConfig',
      handle: ({ response, qualifier }) => {
        if (qualifier !== undefined) throw notFound('The resource you requested does not exist.');
        sendJson(response, 200, describe.url());
      },
    },
  ];

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
      throw new LambdaApiError(
        'InvalidParameterValueException',
        400,
        'The derived qualifier from the function name does not match the specified qualifier.',
      );
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
    const region = functionArn.split(':')[3];
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
    throw new LambdaApiError('InvalidParameterValueException', 400, 'The path is not percent-encoded UTF-8.');
  }
}

const FUNCTION_NAME =
  /^(?:(?:arn:([^:]+):lambda:([^:]+):)?(\d{12}):function:)?([A-Za-z0-9_-]{1,64})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;

/** A function's name, its ARN, or `ACCOUNT:function:NAME`, each with or without qualifier. What it lacks is as in `fn`. */
function readFunctionName(text: string, fn: LocalFunction): { functionArn: string; qualifier: string | undefined } {
  const [, partition = 'aws', region = fn.region, accountId = fn.accountId, name, qualifier] =
    FUNCTION_NAME.exec(text) ?? [];
  if (name === undefined) {
    throw new LambdaApiError(
      'ValidationException',
      400,
      `Value '${text}' at 'functionName' is not a function name or ARN.`,
    );
  }
  return { functionArn: `arn:${partition}:lambda:${region}:${accountId}:function:${name}`, qualifier };
}

function readJson(incoming: IncomingRequest): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(incoming.body).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered below, with all else that is not an object.
  }
  throw new LambdaApiError('InvalidRequestContentException', 400, 'Could not parse request body into json.');
}

/** Condition keys by which a policy can say what may be granted to whom. */
function permissionContext(input: Record<string, unknown>): Record<string, string> {
  return {
    ...(typeof input.Principal === 'string' && { 'lambda:Principal': input.Principal }),
    ...(typeof input.FunctionUrlAuthType === 'string' && { 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }),
  };
}

function notFound(message: string): LambdaApiError {
  return new LambdaApiError('ResourceNotFoundException', 404, message);
}

function tooLarge(): LambdaApiError {
  return new LambdaApiError(
    'RequestTooLargeException',
    413,
    `Request must be smaller than ${MAX_REQUEST_SIZE} bytes for the InvokeFunction operation`,
  );
}
