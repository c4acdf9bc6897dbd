import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readArn } from '../wire/aws/arn.ts';
import { partitionOf } from '../wire/aws/partitions.ts';
import { assertNode } from '../wire/node-floor.ts';
import { REST_API_VARIABLE } from '../wire/rest-api.ts';
import { createAccess, type Report } from './access.ts';
import { bundleServer, isBundle } from './bundle/bundle-server.ts';
import { describeFunction, describeFunctionUrl } from './describe-function.ts';
import { createEnvironments, type Environments, FunctionError } from './execution/environments.ts';
import { createFunctionUrl } from './function-url.ts';
import { createInvoker } from './invoke-api.ts';
import { createLambdaApi } from './lambda-api.ts';
import { createOperations } from './lambda-operations.ts';
import { listen } from './listen.ts';
import type { LocalFunction } from './local-function.ts';
import type { LocalLambda, LocalLambdaOptions } from './local-lambda.ts';
import { createPrincipal, toLocalPrincipal } from './principals.ts';
import { createResourcePolicies } from './resource-policy.ts';
import { startRestApi } from './rest-api/start-rest-api.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { createTrail } from './trail.ts';

/**
 * Runs a handler file as AWS Lambda would, on loopback: behind a function URL of auth type AWS_IAM and behind the Lambda
 * API, with SigV4 verified and IAM policies evaluated, one invocation at a time in each environment.
 *
 * @throws when the entry does not exist, a port is taken, a policy is malformed, or AWS could have no such principal
 */
export async function startLocalLambda(options: LocalLambdaOptions): Promise<LocalLambda> {
  assertNode();
  const entry = resolve(options.entry);
  assertFile(entry);
  if (options.bundle === false || isBundle(entry)) return startLambda(options, createEnvironments);
  const folder = temporaryFolder();
  const { nodeModules } = options;
  const bundle = () => bundleServer(entry, folder.path, { nodeModules }).then(({ file }) => file);
  try {
    const code = { entry: await bundle(), environment: withSourceMaps(options.environment) };
    const lambda = await startLambda({ ...options, ...code }, createEnvironments);
    const close = () => lambda.close().finally(folder.remove);
    return {
      ...lambda,
      reload: async () => {
        await bundle();
        await lambda.reload();
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** Has Node show a bundle's stacks in the source. */
export function withSourceMaps(environment: LocalLambdaOptions['environment'] = {}): Record<string, string> {
  return { ...environment, NODE_OPTIONS: `--enable-source-maps ${environment.NODE_OPTIONS ?? ''}`.trim() };
}

function assertFile(entry: string): void {
  if (statSync(entry, { throwIfNoEntry: false })?.isFile()) return;
  throw new Error(`There is no file ${entry}: \`entry\` is the path of your handler module.`);
}

/** The same for a file that runs as it is, with execution environments of any kind. @throws as `startLocalLambda` does */
export async function startLambda(
  options: LocalLambdaOptions,
  startEnvironments: typeof createEnvironments,
): Promise<LocalLambda> {
  const { functionName = 'mcp-server', region = 'us-east-1', accountId = '111122223333' } = options;
  const { id: partition } = partitionOf(region);
  const entry = resolve(options.entry);
  assertFile(entry);
  const report = options.report ?? ((line: string) => console.error(line));
  const { trailFile, logFile, accessLogFile } = openFiles(options);
  const fn: LocalFunction = {
    name: functionName,
    arn: `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`,
    partition,
    accountId,
    region,
    authType: options.authType ?? 'AWS_IAM',
    urlId: randomBytes(16).toString('hex'),
    aliases: new Set(options.aliases),
  };
  const settings = {
    timeout: options.timeout ?? 30_000,
    memorySize: options.memorySize ?? 512,
    concurrency: options.concurrency ?? 10,
  };
  checkSettings(settings.memorySize, options);

  const keys = (options.principals ?? []).map((principal) => createPrincipal(principal, fn));
  const accounts = new Set([accountId, ...keys.map(({ principal }) => principal.accountId)]);
  // A policy may name an account, and any session of a role, of which IAM keeps no list.
  const arns = new Set(keys.flatMap(({ principal: { arn, sessionArn = arn } }) => [arn, withoutSession(sessionArn)]));
  const policies = createResourcePolicies({
    functionArn: fn.arn,
    principalExists: (arn) =>
      arn.endsWith(':root') || arns.has(withoutSession(arn)) || !accounts.has(readArn(arn)?.accountId ?? ''),
  });
  for (const permission of options.permissions ?? []) policies.add(permission);

  const log = (line: string) => {
    appendFileSync(logFile, `${line}\n`);
    options.log?.(line);
  };
  const environment = { ...(options.restApi && { [REST_API_VARIABLE]: 'enabled' }), ...options.environment };
  const environments = reportingFailures(
    report,
    startEnvironments({
      entry,
      ...(options.exportName !== undefined && { exportName: options.exportName }),
      environment,
      functionName,
      functionArn: fn.arn,
      region,
      version: '$LATEST',
      timeoutMs: settings.timeout,
      memoryMb: settings.memorySize,
      maxConcurrency: settings.concurrency,
      maxConcurrencyPerEnvironment: options.perExecutionEnvironmentMaxConcurrency ?? 1,
      freeze: options.freeze ?? false,
      execArgv: options.execArgv ?? [],
      log,
    }),
  );
  const trail = createTrail(fn, (line) => appendFileSync(trailFile, `${line}\n`));
  const keysById = new Map(keys.map((key) => [key.accessKeyId, key]));
  const access = createAccess(fn, keysById, policies, report);

  const urlServer = await listen(createFunctionUrl(fn, access, environments, trail), options.port);
  const functionUrl = `${urlServer.origin}/`;
  const startedAt = new Date();
  const operations = createOperations(policies, createInvoker(fn, access, environments, trail), {
    function: () => describeFunction(fn, settings, startedAt),
    url: () => describeFunctionUrl(fn, functionUrl, startedAt),
  });
  const apiServer = await listen(createLambdaApi(fn, access, operations), options.lambdaPort).catch(
    async (error: unknown) => {
      await urlServer.close();
      throw error;
    },
  );

  const restApi =
    options.restApi &&
    (await startRestApi(options.restApi, {
      ...{ fn, environments, keys: keysById, report, log, trail },
      writeAccess: (line) => appendFileSync(accessLogFile, `${line}\n`),
    }).catch(async (error) => {
      await Promise.all([urlServer.close(), apiServer.close(), environments.close()]);
      throw error;
    }));

  async function stop(): Promise<void> {
    await Promise.all([restApi?.close(), urlServer.close(), apiServer.close(), environments.close()]);
  }
  return {
    functionUrl,
    restApiUrl: restApi?.url,
    lambdaEndpoint: apiServer.origin,
    functionName,
    functionArn: fn.arn,
    region,
    principals: keys.map(toLocalPrincipal),
    trailFile,
    logFile,
    accessLogFile: options.restApi && accessLogFile,
    reload: async () => environments.recycle(),
    close: stop,
    [Symbol.asyncDispose]: stop,
  };
}

function checkSettings(memorySize: number, options: LocalLambdaOptions): void {
  if (!Number.isInteger(memorySize) || memorySize < 128 || memorySize > 10_240) {
    throw new Error(`A function cannot have ${memorySize} MB: \`memorySize\` is a whole number from 128 to 10240.`);
  }
  const { perExecutionEnvironmentMaxConcurrency: calls = 1, freeze = false } = options;
  if (!Number.isInteger(calls) || calls < 1) {
    throw new Error('`perExecutionEnvironmentMaxConcurrency` is a whole number from 1 on.');
  }
  if (freeze && process.platform === 'win32') {
    throw new Error('Windows cannot stop a process: `freeze` needs Linux or macOS.');
  }
}

/** The role's part of a session's ARN; any other ARN as it is. */
function withoutSession(arn: string): string {
  return arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');
}

/** AWS tells the caller of a function URL nothing of what failed, so whoever wrote the function is told. */
function reportingFailures(report: Report, environments: Environments): Environments {
  return {
    ...environments,
    invoke: (invocation) =>
      environments.invoke(invocation).catch((error: unknown) => {
        if (error instanceof FunctionError) {
          const trace = error.trace?.slice(0, 6).join('\n');
          report(`the function failed: ${trace ?? `${error.errorType}: ${error.errorMessage}`}`);
        }
        throw error;
      }),
  };
}

function openFiles({ trailFile, logFile, accessLogFile, restApi }: LocalLambdaOptions) {
  const folder = trailFile && logFile && (accessLogFile || !restApi) ? '' : temporaryFolder().path;
  const files = {
    trailFile: resolve(trailFile ?? join(folder, 'trail.jsonl')),
    logFile: resolve(logFile ?? join(folder, 'function.log')),
    accessLogFile: resolve(accessLogFile ?? join(folder, 'access.log')),
  };
  const { accessLogFile: access, ...always } = files;
  for (const file of [...Object.values(always), ...(restApi ? [access] : [])]) {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, '');
  }
  return files;
}
