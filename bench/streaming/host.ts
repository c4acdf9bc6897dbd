/**
 * A server in a process of its own, so that its memory can be told: `node host.ts SERVER [EXPORT]`, with the name of a
 * plain server or the path of a function. Parent and child talk by messages.
 */
import { fileURLToPath } from 'node:url';
import { startLocalLambda } from 'lambda-mcp/local';
import { readMemory, resetPeak } from './memory.ts';
import { listen, PLAIN_SERVERS } from './plain-servers.ts';
import type { HostAddress } from './start-host.ts';

const [server = '', exportName = 'handler'] = process.argv.slice(2);
const address = server in PLAIN_SERVERS ? await startPlain(server as keyof typeof PLAIN_SERVERS) : await startLambda();
process.on('disconnect', () => process.exit());
process.on('message', (question) => {
  if (question === 'reset') resetPeak();
  process.send?.(readMemory());
});
process.send?.(address);

async function startPlain(name: keyof typeof PLAIN_SERVERS): Promise<HostAddress> {
  return { url: await listen(PLAIN_SERVERS[name]), endpoint: '', functionArn: '', region: '' };
}

async function startLambda(): Promise<HostAddress> {
  const lambda = await startLocalLambda({
    entry: fileURLToPath(new URL(server, import.meta.url)),
    exportName,
    environment: { AWSLABS_STDIO: fileURLToPath(new URL('functions/awslabs-stdio.ts', import.meta.url)) },
    memorySize: 4096,
    timeout: 60_000,
    principals: [
      {
        name: 'caller',
        policies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }] }],
      },
    ],
    // What fails is seen by the caller, and some of what is tried is meant to.
    report: () => {},
  });
  const { functionUrl: url, lambdaEndpoint: endpoint, functionArn, region, principals } = lambda;
  return { url, endpoint, functionArn, region, credentials: principals[0] };
}
