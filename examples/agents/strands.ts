/**
 * Strands Agents, with an MCP server on Lambda.
 *
 *   node strands.ts https://ID.lambda-url.REGION.on.aws/
 *   node strands.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 */
import { McpClient } from '@strands-agents/sdk';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport/v1';

const [target = ''] = process.argv.slice(2);

await using mcp = new McpClient({
  transport: target.includes('://') ? new SigV4ClientTransport(target) : new LambdaInvokeClientTransport(target),
});
// An agent takes the client as it is: new Agent({ model, tools: [mcp] }). It has no way to see a tool's progress.
const tools = await mcp.listTools();
console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`);

const multiGreet = tools.find(({ name }) => name === 'multi-greet');
if (!multiGreet) throw new Error('The server offers no multi-greet.');
console.log('result:', JSON.stringify(await mcp.callTool(multiGreet, { name: 'Ada', count: 3 })));
