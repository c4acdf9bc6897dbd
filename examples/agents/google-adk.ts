/**
 * Google's Agent Development Kit, with an MCP server on Lambda.
 *
 *   node google-adk.ts https://ID.lambda-url.REGION.on.aws/
 *   node google-adk.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 */
import { Context, createSession, InvocationContext, MCPToolset, PluginManager } from '@google/adk';
import { awsFetch } from 'lambda-mcp/fetch';

const [target = ''] = process.argv.slice(2);

const toolset = new MCPToolset({
  type: 'StreamableHTTPConnectionParams',
  // A function that is invoked sees of its URL only the path.
  url: target.includes('://') ? target : 'https://lambda.invalid/',
  transportOptions: { fetch: awsFetch(target) },
});
try {
  // An agent takes the toolset as it is: new LlmAgent({ name, model, tools: [toolset] }). It has no way to see a tool's
  // progress.
  const tools = await toolset.getTools();
  console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`);

  // What a Runner gives to each tool that its agent calls.
  const toolContext = new Context({
    invocationContext: new InvocationContext({
      invocationId: 'example',
      session: createSession({ id: 'example', appName: 'example' }),
      pluginManager: new PluginManager(),
    }),
  });
  const multiGreet = tools.find(({ name }) => name === 'multi-greet');
  console.log('result:', JSON.stringify(await multiGreet?.runAsync({ args: { name: 'Ada', count: 3 }, toolContext })));
} finally {
  await toolset.close();
}
