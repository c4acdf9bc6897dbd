import { AddPermissionCommand, GetPolicyCommand, LambdaClient, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { awsFetch } from 'lambda-mcp/fetch';
import { NOTIFICATION, newId, send } from '../send.ts';
import type { Check, LiveFunction, RoleName, Target } from '../target.ts';

const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

async function byUrl({ region, probe }: Target, role: RoleName, fn: LiveFunction = probe) {
  return send({ url: fn.url, region, as: await fn.as(role), body: NOTIFICATION, query: { probe: 'event' } });
}

/** The status that the Invoke API gives a caller. */
async function byInvoke({ region, probe }: Target, role: RoleName, qualifier = ''): Promise<number> {
  const credentials = await probe.as(role);
  const endpoint = probe.endpoint === undefined ? {} : { endpoint: probe.endpoint };
  const invoke = awsFetch(probe.arn + qualifier, { credentials, region, ...endpoint });
  return (await invoke(`${probe.url}?probe=event`, { method: 'POST', body: '{}' })).status;
}

const ways = async (target: Target, role: RoleName) => ({
  url: (await byUrl(target, role)).status,
  invoke: await byInvoke(target, role),
});

async function withAdmin<T>({ region, probe }: Target, use: (client: LambdaClient) => Promise<T>): Promise<T> {
  const endpoint = probe.endpoint === undefined ? {} : { endpoint: probe.endpoint };
  const client = new LambdaClient({ region, credentials: await probe.admin(), maxAttempts: 1, ...endpoint });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** AddPermission for the probe, undone afterwards; gives the statement as stored, or the error. */
function addPermission(
  target: Target,
  input: { Principal?: string; Qualifier?: string; InvokedViaFunctionUrl?: boolean },
) {
  const FunctionName = target.probe.arn;
  const StatementId = newId();
  return withAdmin(target, async (client) => {
    const Principal = target.probe.arn.split(':')[4];
    const permission = { FunctionName, StatementId, Principal, Action: 'lambda:InvokeFunction', ...input };
    try {
      await client.send(new AddPermissionCommand(permission));
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message };
    }
    const { Policy = '{}' } = await client.send(new GetPolicyCommand({ FunctionName }));
    await client.send(new RemovePermissionCommand({ FunctionName, StatementId }));
    return JSON.parse(Policy).Statement.find(({ Sid }: { Sid: string }) => Sid === StatementId);
  });
}

export const permissionChecks: readonly Check[] = [
  {
    what: 'Both statements let a caller in by the URL, and not by the Invoke API',
    sure: 'doc',
    expected: { url: 200, invoke: 403 },
    see: (target) => ways(target, 'url'),
  },
  {
    what: 'InvokeFunction without a condition opens the Invoke API, and not the URL',
    sure: 'doc',
    expected: { url: 403, invoke: 200 },
    see: (target) => ways(target, 'invoke'),
  },
  {
    what: 'InvokeFunctionUrl alone lets nobody in',
    sure: 'doc',
    expected: { url: 403, invoke: 403 },
    see: (target) => ways(target, 'onlyUrlAction'),
  },
  {
    what: 'InvokeFunction with InvokedViaFunctionUrl alone lets nobody in',
    sure: 'doc',
    expected: { url: 403, invoke: 403 },
    see: (target) => ways(target, 'onlyInvokeAction'),
  },
  {
    what: 'A caller without a permission is told so',
    sure: 'report',
    expected: { status: 403, type: 'AccessDeniedException', body: JSON.stringify({ Message: FORBIDDEN }) },
    async see(target) {
      const { status, headers, body } = await byUrl(target, 'nobody');
      return { status, type: headers['x-amzn-errortype'], body };
    },
  },
  {
    what: 'A caller without a signature is told the same',
    sure: 'report',
    expected: { status: 403, type: 'AccessDeniedException', body: JSON.stringify({ Message: FORBIDDEN }) },
    async see({ probe, region }) {
      const { status, headers, body } = await send({ url: probe.url, region, body: NOTIFICATION });
      return { status, type: headers['x-amzn-errortype'], body };
    },
  },
  {
    what: 'A resource policy that names only the account is not enough without an identity policy',
    sure: 'doc',
    expected: 403,
    see: async (target) => (await byUrl(target, 'nobody', target.throttled)).status,
  },
  {
    what: 'A grant on the bare function does not cover FUNCTION:$LATEST',
    sure: 'open',
    expected: { bare: 200, latest: 403 },
    see: async (target) => ({
      bare: await byInvoke(target, 'bareInvoke'),
      latest: await byInvoke(target, 'bareInvoke', ':$LATEST'),
    }),
  },
  {
    what: 'The two statements let a caller in by the URL of an alias too',
    sure: 'doc',
    unasked: 'McpFunction makes an alias for provisioned concurrency only, which is billed by the hour',
  },
  {
    what: 'StringEquals on lambda:InvokedViaFunctionUrl lets nobody in',
    sure: 'doc',
    expected: 403,
    see: async (target) => (await byUrl(target, 'stringEquals')).status,
  },
  {
    what: 'A call of the Invoke API carries no lambda:InvokedViaFunctionUrl: Bool false does not fit it',
    sure: 'open',
    expected: 403,
    see: (target) => byInvoke(target, 'boolFalse'),
  },
  {
    what: 'InvokedViaFunctionUrl: false writes the condition Bool false',
    sure: 'open',
    expected: { Bool: { 'lambda:InvokedViaFunctionUrl': 'false' } },
    see: async (target) => (await addPermission(target, { InvokedViaFunctionUrl: false })).Condition,
  },
  {
    what: 'AddPermission refuses $LATEST',
    sure: 'report',
    expected: {
      name: 'InvalidParameterValueException',
      message: 'We currently do not support adding policies for $LATEST.',
    },
    see: (target) => addPermission(target, { Qualifier: '$LATEST' }),
  },
  {
    what: 'AddPermission refuses a role that does not exist',
    sure: 'report',
    expected: {
      name: 'InvalidParameterValueException',
      message: 'The provided principal was invalid. Please check the principal and try again.',
    },
    see: (target) =>
      addPermission(target, { Principal: `arn:aws:iam::${target.probe.arn.split(':')[4]}:role/${newId()}` }),
  },
];
