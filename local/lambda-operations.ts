import { isRecord, parseJson } from '../wire/json.ts';
import type { Question } from './access.ts';
import type { ApiCall } from './api-call.ts';
import { type IncomingRequest, sendJson } from './http-io.ts';
import type { Invoker } from './invoke-api.ts';
import { LambdaApiError, notFound } from './lambda-api-error.ts';
import type { AddPermissionInput, ResourcePolicies } from './resource-policy.ts';

export interface Operation {
  readonly method: string;
  /** Its groups are the function's name and, where the operation has one, the last part of the path. */
  readonly path: RegExp;
  readonly action: string;
  /** Invocations record a data event, and so ask for permission themselves. */
  readonly handle: (call: ApiCall) => void | Promise<void>;
  readonly context?: (call: ApiCall) => Question['context'];
  readonly authorizes?: 'itself';
}

/** What the Lambda API says of the function. */
export interface Descriptions {
  function(): unknown;
  url(): unknown;
}

/**
 * Invoke, InvokeWithResponseStream, AddPermission, RemovePermission, GetPolicy, GetFunction, GetFunctionUrlConfig.
 *
 * Source: AWS Lambda API Reference.
 */
export function createOperations(
  policies: ResourcePolicies,
  invoker: Invoker,
  describe: Descriptions,
): readonly Operation[] {
  return [
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
        // The qualifier is the path's or the query's: that is what the caller was asked permission for.
        const { Qualifier: _, ...input } = readJson(incoming) as unknown as AddPermissionInput;
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
}

function readJson(incoming: IncomingRequest): Record<string, unknown> {
  const value = parseJson(Buffer.from(incoming.body).toString('utf8'));
  if (isRecord(value)) return value;
  throw new LambdaApiError('InvalidRequestContentException', 400, 'Could not parse request body into json.');
}

/** Condition keys by which a policy can say what may be granted to whom. */
function permissionContext(input: Record<string, unknown>): Record<string, string> {
  return {
    ...(typeof input.Principal === 'string' && { 'lambda:Principal': input.Principal }),
    ...(typeof input.FunctionUrlAuthType === 'string' && { 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }),
  };
}
