/**
 * An agent that reaches an MCP server on Lambda: by SigV4 over its function URL, or by the Invoke API.
 *
 *   node examples/quickstart/agent.ts https://ID.lambda-url.REGION.on.aws/
 *   node examples/quickstart/agent.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 *
 * Credentials come from the environment, as with every AWS tool.
 */
import { Client } from '@modelcontextprotocol/client';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';

const [target] = process.argv.slice(2);
if (!target) {
  console.error('Usage: agent.ts FUNCTION_URL | FUNCTION_ARN | FUNCTION_NAME');
  process.exit(2);
}

const client = new Client({ name: 'quickstart-agent', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
try {
  await client.connect(
    target.includes('://') ? new SigV4ClientTransport(target) : new LambdaInvokeClientTransport(target),
  );
  const { tools } = await client.listTools();
  console.log(`Protocol ${client.getNegotiatedProtocolVersion()}, tools: ${tools.map(({ name }) => name).join(', ')}`);

  await client.callTool(
    { name: 'multi-greet', arguments: { name: 'Ada' } },
    { onprogress: ({ progress, total, message }) => console.log(`  ${progress} of ${total}: ${message}`) },
  );
  const { content } = await client.callTool({ name: 'whoami' });
  for (const block of content) if (block.type === 'text') console.log(block.text);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await client.close();
}
