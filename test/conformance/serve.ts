import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LocalLambdaOptions, type LocalPrincipal, type PolicyDocument, startLocalLambda } from 'lambda-mcp/local';
import { urlPermissions } from '../support/lambda.ts';
import { endWithUs } from './end-with-us.ts';
import type { Sdk, Way } from './legs.ts';

/** An everything-server on the local Lambda, and a loopback address that carries unsigned HTTP to it. */
export interface ServedServer extends AsyncDisposable {
  readonly url: string;
}

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PRINCIPAL = 'arn:aws:iam::111122223333:role/suite';

type LambdaWay = Exclude<Way, 'Node'>;

/** For each way only what that way needs. */
const PERMISSIONS: Readonly<Record<LambdaWay, Partial<LocalLambdaOptions>>> = {
  SigV4: { permissions: urlPermissions('suite') },
  Invoke: { permissions: [{ StatementId: 'invoke', Action: 'lambda:InvokeFunction', Principal: PRINCIPAL }] },
  // Ten calls at once and a stray notification: API Gateway hides a throttled function behind a 500.
  REST: { restApi: {}, concurrency: 20 },
};
const mayCallApi: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
};

/** Starts a server and, since the suite cannot sign, the proxy in front of it. */
export async function serve(sdk: Sdk, way: LambdaWay): Promise<ServedServer> {
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL(`servers/${sdk}.ts`, import.meta.url)),
    functionName: 'everything',
    environment: {
      REQUEST_STATE_KEY: crypto.randomUUID(),
      EVERYTHING_STDIO: fileURLToPath(new URL('servers/everything-stdio.ts', import.meta.url)),
    },
    principals: [{ name: 'suite', ...(way === 'REST' && { policies: [mayCallApi] }) }],
    ...PERMISSIONS[way],
  });
  const [caller] = lambda.principals as [LocalPrincipal];
  const targets: Readonly<Record<LambdaWay, readonly string[]>> = {
    SigV4: [lambda.functionUrl],
    Invoke: [lambda.functionArn],
    REST: [lambda.restApiUrl ?? '', '--service', 'execute-api'],
  };
  const proxy = spawn(process.execPath, [COMMAND, 'proxy', ...targets[way], '--http', '--json'], {
    env: {
      ...process.env,
      AWS_REGION: lambda.region,
      AWS_ENDPOINT_URL_LAMBDA: lambda.lambdaEndpoint,
      AWS_ACCESS_KEY_ID: caller.accessKeyId,
      AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
      AWS_SESSION_TOKEN: caller.sessionToken,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithUs(proxy);
  const gone = once(proxy, 'exit');
  async function close(): Promise<void> {
    proxy.kill('SIGTERM');
    await Promise.all([gone, lambda.close()]);
  }
  const { value, done } = await createInterface(proxy.stdout)[Symbol.asyncIterator]().next();
  if (done) {
    await close();
    throw new Error('The proxy ended before it served: what it said is above.');
  }
  return { url: JSON.parse(value).url, [Symbol.asyncDispose]: close };
}
