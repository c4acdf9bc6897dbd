import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { urlPermissions } from '../support/lambda.ts';
import { endWithUs } from './end-with-us.ts';
import type { Sdk, Way } from './legs.ts';

/** An everything-server on the local Lambda, and a loopback address that carries unsigned HTTP to it. */
export interface ServedServer extends AsyncDisposable {
  readonly url: string;
}

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PRINCIPAL = 'arn:aws:iam::111122223333:role/suite';

/** Starts a server and, since the suite cannot sign, the proxy in front of it. */
export async function serve(sdk: Sdk, way: Way): Promise<ServedServer> {
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL(`servers/${sdk}.ts`, import.meta.url)),
    functionName: 'everything',
    environment: {
      REQUEST_STATE_KEY: crypto.randomUUID(),
      EVERYTHING_STDIO: fileURLToPath(new URL('servers/everything-stdio.ts', import.meta.url)),
    },
    principals: [{ name: 'suite' }],
    // For each way only what that way needs.
    permissions:
      way === 'SigV4'
        ? urlPermissions('suite')
        : [{ StatementId: 'invoke', Action: 'lambda:InvokeFunction', Principal: PRINCIPAL }],
  });
  const [caller] = lambda.principals as [LocalPrincipal];
  const proxy = spawn(
    process.execPath,
    [COMMAND, 'proxy', way === 'SigV4' ? lambda.functionUrl : lambda.functionArn, '--http', '--json'],
    {
      env: {
        ...process.env,
        AWS_REGION: lambda.region,
        AWS_ENDPOINT_URL_LAMBDA: lambda.lambdaEndpoint,
        AWS_ACCESS_KEY_ID: caller.accessKeyId,
        AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
        AWS_SESSION_TOKEN: caller.sessionToken,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
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
