// Starts the server file that is its argument, and calls it with the clients of both lines, by URL and by Invoke.
import { Client } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { startLocalLambda } from 'lambda-mcp/local';
import * as v2 from 'lambda-mcp/transport';
import * as v1 from 'lambda-mcp/transport/v1';

const Statement = [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }];
const principals = [{ name: 'agent', policies: [{ Version: '2012-10-17', Statement }] }];
const lambda = await startLocalLambda({ entry: process.argv[2], principals });
const options = { credentials: lambda.principals[0], endpoint: lambda.lambdaEndpoint, region: lambda.region };
for (const [AnyClient, line] of [
  [Client, v2],
  [ClientV1, v1],
]) {
  const byUrl = new line.SigV4ClientTransport(lambda.functionUrl, options);
  for (const transport of [byUrl, new line.LambdaInvokeClientTransport(lambda.functionArn, options)]) {
    const client = new AnyClient({ name: 'agent', version: '1.0.0' });
    await client.connect(transport);
    const { content } = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
    console.log(content[0].text);
    await client.close();
  }
}
await lambda.close();
