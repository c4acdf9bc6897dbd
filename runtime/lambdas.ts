import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LocalLambda, type LocalLambdaOptions, type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { createAccess } from '../local/access.ts';
import type { EnvironmentsOptions } from '../local/execution/environments.ts';
import { createFunctionUrl } from '../local/function-url.ts';
import { createInvoker } from '../local/invoke-api.ts';
import { createLambdaApi } from '../local/lambda-api.ts';
import type { LocalFunction } from '../local/local-function.ts';
import { createPrincipal, toLocalPrincipal } from '../local/principals.ts';
import { createResourcePolicies } from '../local/resource-policy.ts';
import { createRealEnvironments } from './real-environments.ts';
import { newPath } from './scratch.ts';

/** A function behind a function URL and the Invoke API, and one principal that may call both. */
export type Lambda = Pick<
  LocalLambda,
  'functionUrl' | 'lambdaEndpoint' | 'functionArn' | 'region' | 'principals' | 'logFile' | 'close'
>;

/** What the function is; `timeout` in milliseconds. */
export type FunctionOptions = Required<Pick<LocalLambdaOptions, 'entry' | 'timeout' | 'environment'>>;

const CALLER = {
  name: 'caller',
  policies: [
    { Version: '2012-10-17' as const, Statement: [{ Effect: 'Allow' as const, Action: 'lambda:*', Resource: '*' }] },
  ],
};
const FUNCTION_NAME = 'function';

/** The local Lambda, as everybody starts it. */
export function startLocal(options: FunctionOptions): Promise<Lambda> {
  const files = { logFile: newPath(), trailFile: newPath() };
  return startLocalLambda({ ...options, ...files, functionName: FUNCTION_NAME, principals: [CALLER] });
}

/** The local Lambda's front, with AWS's own runtime behind it. */
export async function startReal({ entry, timeout, environment }: FunctionOptions): Promise<Lambda> {
  const region = 'us-east-1';
  const accountId = '111122223333';
  const logFile = newPath();
  const fn: LocalFunction = {
    name: FUNCTION_NAME,
    arn: `arn:aws:lambda:${region}:${accountId}:function:${FUNCTION_NAME}`,
    accountId,
    region,
    urlId: randomBytes(16).toString('hex'),
    aliases: new Set(),
  };
  const settings: EnvironmentsOptions = {
    entry,
    environment,
    functionName: fn.name,
    functionArn: fn.arn,
    region,
    version: '$LATEST',
    timeoutMs: timeout,
    memoryMb: 512,
    maxConcurrency: 1,
    log: (line) => appendFileSync(logFile, `${line}\n`),
  };
  const caller = createPrincipal(CALLER, accountId);
  const policies = createResourcePolicies({ functionArn: fn.arn });
  const access = createAccess(fn, new Map([[caller.accessKeyId, caller]]), policies, console.error);
  const environments = createRealEnvironments(settings);
  const trail = { record() {} };
  const invoker = createInvoker(fn, access, environments, trail);
  const url = await listen(createFunctionUrl(fn, access, environments, trail));
  const api = await listen(createLambdaApi(fn, access, policies, invoker, { function: () => ({}), url: () => ({}) }));
  return {
    functionUrl: `${url.origin}/`,
    lambdaEndpoint: api.origin,
    functionArn: fn.arn,
    region,
    principals: [toLocalPrincipal(caller)],
    logFile,
    async close() {
      url.close();
      api.close();
      await environments.close();
    },
  };
}

/** The principal that calls. */
export function caller({ principals: [principal] }: Lambda): LocalPrincipal {
  if (!principal) throw new Error('The Lambda has no principal.');
  return principal;
}

async function listen(listener: RequestListener): Promise<{ origin: string; close(): void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
