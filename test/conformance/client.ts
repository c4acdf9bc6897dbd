/**
 * The client under test: the suite runs it once a scenario, as `node client.ts SDK WAY REVISION URL`, where URL is the
 * mock server that the scenario has started.
 *
 * By SigV4 it goes to that server directly; the server does not check the signature. By Invoke it goes to a function on
 * the local Lambda, which does check it, and which hands each request on: what the mock server sees has been an event,
 * and what the client sees has been a response stream.
 */
import { fileURLToPath } from 'node:url';
import { type LocalPrincipal, startLocalLambda } from 'lambda-mcp/local';
import { connectV1 } from './client/connect-v1.ts';
import { connectV2 } from './client/connect-v2.ts';
import { scenarios } from './client/scenarios.ts';
import type { Target } from './client/suite-client.ts';

const [sdk, way, revision = '', url = ''] = process.argv.slice(2);
const { MCP_CONFORMANCE_SCENARIO: scenario = '', MCP_CONFORMANCE_CONTEXT: context = '{}' } = process.env;

await using cleanup = new AsyncDisposableStack();

async function invokeTarget(): Promise<Target> {
  const lambda = cleanup.use(
    await startLocalLambda({
      entry: fileURLToPath(new URL('servers/relay.ts', import.meta.url)),
      environment: { MCP_SERVER_URL: url },
      principals: [{ name: 'client' }],
      permissions: [
        {
          StatementId: 'invoke',
          Action: 'lambda:InvokeFunction',
          Principal: 'arn:aws:iam::111122223333:role/client',
        },
      ],
    }),
  );
  const [credentials] = lambda.principals as [LocalPrincipal];
  return { functionArn: lambda.functionArn, endpoint: lambda.lambdaEndpoint, credentials };
}

const target: Target =
  way === 'Invoke'
    ? await invokeTarget()
    : { url, region: 'us-east-1', credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' } };
const client = await (sdk === 'v1' ? connectV1(target) : connectV2(target, revision));
cleanup.defer(() => client.close());
const act = scenarios[scenario];
if (!act) throw new Error(`client/scenarios.ts says nothing of the scenario ${scenario}.`);
await act(client, JSON.parse(context));
