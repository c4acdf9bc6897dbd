/**
 * OpenAI Agents SDK, with an MCP server on Lambda.
 *
 *   node openai-agents.ts https://ID.lambda-url.REGION.on.aws/
 *   node openai-agents.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 */
import { MCPServerStreamableHttp } from '@openai/agents';
import { awsFetch } from 'lambda-mcp/fetch';

const [target = ''] = process.argv.slice(2);

const server = new MCPServerStreamableHttp({
  name: 'quickstart',
  // A function that is invoked sees of its URL only the path.
  url: target.includes('://') ? target : 'https://lambda.invalid/',
  fetch: awsFetch(target),
});
await server.connect();
try {
  // An agent takes the server as it is: new Agent({ name, mcpServers: [server] }). It has no way to see a tool's progress.
  const tools = await server.listTools();
  console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`);

  console.log('result:', JSON.stringify(await server.callTool('multi-greet', { name: 'Ada', count: 3 })));
} finally {
  await server.close();
}
