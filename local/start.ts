import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createAccess, type Report } from './access.ts';
import { describeFunction, describeFunctionUrl } from './describe-function.ts';
import { createEnvironments, type Environments, FunctionError } from './execution/environments.ts';
import { createFunctionUrl } from './function-url.ts';
import { createInvoker } from './invoke-api.ts';
import { createLambdaApi } from './lambda-api.ts';
import type { LocalFunction } from './local-function.ts';
import { createPrincipal, type LocalPrincipal, type LocalPrincipalOptions, toLocalPrincipal } from './principals.ts';
import { type AddPermissionInput, createResourcePolicies } from './resource-policy.ts';
import { createTrail } from './trail.ts';

export interface LocalLambdaOptions {
  /** Path of the module that exports the handler; `.ts` runs as it is. */
  readonly entry: string;
  /**
   * Name of the handler's export.
   * @default 'handler'
   */
  readonly exportName?: string;
  /** @default 'mcp-server' */
  readonly functionName?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /**
   * 12 digits.
   * @default '111122223333'
   */
  readonly accountId?: string;
  /**
   * Aliases of the function, all of `$LATEST`.
   * @default none
   */
  readonly aliases?: readonly string[];
  /** Environment variables of the function, beside those that Lambda sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * How long one invocation may take; milliseconds.
   * @default 30000
   */
  readonly timeout?: number;
  /**
   * Memory of one execution environment; MB.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * How many invocations may run at once; more are throttled.
   * @default 10
   */
  readonly concurrency?: number;
  /**
   * Who can call: roles and users, with the policies attached to them.
   * @default none
   */
  readonly principals?: readonly LocalPrincipalOptions[];
  /**
   * Statements of the function's resource policy, as AddPermission takes them.
   * @default none
   */
  readonly permissions?: readonly AddPermissionInput[];
  /**
   * Port of the function URL on 127.0.0.1.
   * @default a free one
   */
  readonly port?: number;
  /**
   * Port of the Lambda API on 127.0.0.1.
   * @default a free one
   */
  readonly lambdaPort?: number;
  /**
   * File to which data events are added, one CloudTrail record a line.
   * @default a new file in the system's temporary folder
   */
  readonly trailFile?: string;
  /**
   * File to which the function's log is added.
   * @default a new file in the system's temporary folder
   */
  readonly logFile?: string;
  /**
   * Takes what AWS would keep to itself: why a request was refused, what a policy holds that is not known here.
   * @default a line on stderr
   */
  readonly report?: Report;
}

export interface LocalLambda {
  /** `http://127.0.0.1:PORT/` */
  readonly functionUrl: string;
  /** Endpoint of the Lambda API, for `--endpoint-url` and AWS SDK clients: `http://127.0.0.1:PORT`. */
  readonly lambdaEndpoint: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly region: string;
  readonly principals: readonly LocalPrincipal[];
  readonly trailFile: string;
  readonly logFile: string;
  /** Takes up changed code: every later invocation starts in a new environment. */
  reload(): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Runs a handler file as AWS Lambda would, on loopback: behind a function URL of auth type AWS_IAM and behind the Lambda
 * API, with SigV4 verified and IAM policies evaluated, one invocation at a time in each environment.
 *
 * @throws when the entry does not exist, a port is taken, or a policy is malformed
 */
export async function startLocalLambda(options: LocalLambdaOptions): Promise<LocalLambda> {
  const { functionName = 'mcp-server', region = 'us-east-1', accountId = '111122223333' } = options;
  const entry = resolve(options.entry);
  if (!statSync(entry, { throwIfNoEntry: false })?.isFile())
    throw new Error(`There is no file ${entry}: \`entry\` is the path of your handler module.`);
  const report = options.report ?? ((line: string) => console.error(line));
  const { trailFile, logFile } = openFiles(options);
  const fn: LocalFunction = {
    name: functionName,
    arn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
    accountId,
    region,
    urlId: randomBytes(16).toString('hex'),
    aliases: new Set(options.aliases),
  };
  const settings = {
    timeout: options.timeout ?? 30_000,
    memorySize: options.memorySize ?? 512,
    concurrency: options.concurrency ?? 10,
  };

  const keys = (options.principals ?? []).map((principal) => createPrincipal(principal, accountId));
  const accounts = new Set([accountId, ...keys.map(({ principal }) => principal.accountId)]);
  // A policy may name an account, and any session of a role, of which IAM keeps no list.
  const arns = new Set(keys.flatMap(({ principal: { arn, sessionArn = arn } }) => [arn, withoutSession(sessionArn)]));
  const policies = createResourcePolicies({
    functionArn: fn.arn,
    principalExists: (arn) =>
      arn.endsWith(':root') || arns.has(withoutSession(arn)) || !accounts.has(arn.split(':')[4] ?? ''),
  });
  for (const permission of options.permissions ?? []) policies.add(permission);

  const environments = reportingFailures(
    report,
    createEnvironments({
      entry,
      ...(options.exportName !== undefined && { exportName: options.exportName }),
      ...(options.environment && { environment: options.environment }),
      functionName,
      functionArn: fn.arn,
      region,
      version: '$LATEST',
      timeoutMs: settings.timeout,
      memoryMb: settings.memorySize,
      maxConcurrency: settings.concurrency,
      log: (line) => appendFileSync(logFile, `${line}\n`),
    }),
  );
  const trail = createTrail(fn, (line) => appendFileSync(trailFile, `${line}\n`));
  const access = createAccess(fn, new Map(keys.map((key) => [key.accessKeyId, key])), policies, report);

  const urlServer = await listen(createFunctionUrl(fn, access, environments, trail), options.port);
  const functionUrl = `${origin(urlServer)}/`;
  const startedAt = new Date();
  const api = createLambdaApi(fn, access, policies, createInvoker(fn, access, environments, trail), {
    function: () => describeFunction(fn, settings, startedAt),
    url: () => describeFunctionUrl(fn, functionUrl, startedAt),
  });
  const apiServer = await listen(api, options.lambdaPort).catch(async (error: unknown) => {
    await close(urlServer);
    throw error;
  });

  async function stop(): Promise<void> {
    await Promise.all([close(urlServer), close(apiServer), environments.close()]);
  }
  return {
    functionUrl,
    lambdaEndpoint: origin(apiServer),
    functionName,
    functionArn: fn.arn,
    region,
    principals: keys.map(toLocalPrincipal),
    trailFile,
    logFile,
    reload: () => environments.recycle(),
    close: stop,
    [Symbol.asyncDispose]: stop,
  };
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

function openFiles({ trailFile, logFile }: LocalLambdaOptions): { trailFile: string; logFile: string } {
  const folder = trailFile && logFile ? '' : mkdtempSync(join(tmpdir(), 'lambda-mcp-'));
  const files = {
    trailFile: resolve(trailFile ?? join(folder, 'trail.jsonl')),
    logFile: resolve(logFile ?? join(folder, 'function.log')),
  };
  for (const file of Object.values(files)) {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, '');
  }
  return files;
}

function listen(listener: RequestListener, port = 0): Promise<Server> {
  const server = createServer(listener);
  return new Promise((fulfil, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken by another program.`) : error),
    );
    // Loopback only: whoever reaches these ports holds the credentials that were printed.
    server.listen(port, '127.0.0.1', () => fulfil(server));
  });
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((fulfil) => {
    server.close(() => fulfil());
    server.closeAllConnections();
  });
}
