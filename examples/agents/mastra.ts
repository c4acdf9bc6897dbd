/**
 * Mastra, with an MCP server on Lambda.
 *
 *   node mastra.ts https://ID.lambda-url.REGION.on.aws/
 *   node mastra.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 */
import { noopObserve } from '@mastra/core/tools';
import { MCPClient } from '@mastra/mcp';
import { awsFetch } from 'lambda-mcp/fetch';

const [target = ''] = process.argv.slice(2);

const mcp = new MCPClient({
  servers: {
    quickstart: {
      // A function that is invoked sees of its URL only the path.
      url: new URL(target.includes('://') ? target : 'https://lambda.invalid/'),
      fetch: awsFetch(target),
      enableProgressTracking: true,
    },
  },
});
try {
  await mcp.progress.onUpdate('quickstart', ({ progress, total, message }) =>
    console.log(`progress: ${progress} of ${total}, ${message}`),
  );
  // An agent takes the tools as they are: new Agent({ model, tools: await mcp.listTools() }).
  const { quickstart = {} } = await mcp.listToolsets();
  console.log(`tools: ${Object.keys(quickstart).join(', ')}`);

  const result = await quickstart['multi-greet']?.execute?.({ name: 'Ada', count: 3 }, { observe: noopObserve });
  console.log('result:', JSON.stringify(result));
} finally {
  await mcp.disconnect();
}
