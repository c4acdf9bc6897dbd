/** The MCP client of @aws/run-mcp-servers-with-aws-lambda, by its SigV4 transport: node awslabs-client.ts URL */
import { StreamableHTTPClientWithSigV4Transport } from '@aws/run-mcp-servers-with-aws-lambda';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';

const [url = ''] = process.argv.slice(2);

const client = new Client({ name: 'awslabs-client', version: '1.0.0' });
await client.connect(
  new StreamableHTTPClientWithSigV4Transport(new URL(url), {
    service: 'lambda',
    region: process.env.AWS_REGION ?? 'us-east-1',
  }),
);
try {
  const { tools } = await client.listTools();
  console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`);

  const call = { name: 'multi-greet', arguments: { name: 'Ada', count: 3 } };
  const result = await client.callTool(call, undefined, {
    onprogress: ({ progress, total }) => console.log(`progress: ${progress} of ${total}`),
  });
  console.log('result:', JSON.stringify(result.content));
} finally {
  await client.close();
}
