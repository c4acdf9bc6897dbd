/**
 * LangChain, with an MCP server on Lambda.
 *
 *   node langchain.ts https://ID.lambda-url.REGION.on.aws/
 *   node langchain.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 */
import { loadMcpTools } from '@langchain/mcp-adapters';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport/v1';

const [target = ''] = process.argv.slice(2);

const client = new Client({ name: 'langchain-agent', version: '1.0.0' });
await client.connect(
  target.includes('://') ? new SigV4ClientTransport(target) : new LambdaInvokeClientTransport(target),
);
try {
  // createAgent takes the tools as they are: createAgent({ model, tools }).
  const tools = await loadMcpTools('quickstart', client, {
    onProgress: ({ progress, total, message }) => console.log(`progress: ${progress} of ${total}, ${message}`),
  });
  console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`);

  const multiGreet = tools.find(({ name }) => name === 'multi-greet');
  console.log('result:', JSON.stringify(await multiGreet?.invoke({ name: 'Ada', count: 3 })));
} finally {
  await client.close();
}
