/**
 * Vercel's AI SDK, with an MCP server on Lambda.
 *
 *   node ai-sdk.ts https://ID.lambda-url.REGION.on.aws/
 *   node ai-sdk.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 */
import { createMCPClient } from '@ai-sdk/mcp';
import { awsFetch } from 'lambda-mcp/fetch';

const [target = ''] = process.argv.slice(2);

const mcp = await createMCPClient({
  transport: {
    type: 'http',
    // A function that is invoked sees of its URL only the path.
    url: target.includes('://') ? target : 'https://lambda.invalid/',
    fetch: awsFetch(target),
  },
});
try {
  // generateText and streamText take the tools as they are: generateText({ model, tools, prompt }). There is no way to
  // see a tool's progress.
  const tools = await mcp.tools();
  console.log(`tools: ${Object.keys(tools).join(', ')}`);

  const result = await tools['multi-greet']?.execute({ name: 'Ada', count: 3 });
  console.log('result:', JSON.stringify(result));
} finally {
  await mcp.close();
}
