/**
 * The Claude Agent SDK, with an MCP server on Lambda.
 *
 *   node claude-agent-sdk.ts https://ID.lambda-url.REGION.on.aws/
 *   node claude-agent-sdk.ts arn:aws:lambda:REGION:ACCOUNT:function:NAME
 *
 * It connects to servers from a program of its own, which takes no `fetch`: the proxy goes between.
 */
import { fileURLToPath } from 'node:url';
import { query } from '@anthropic-ai/claude-agent-sdk';

const [target = ''] = process.argv.slice(2);

/** The proxy as it is installed beside this program. */
const proxy = {
  command: process.execPath,
  args: [fileURLToPath(new URL('node_modules/lambda-mcp/dist/cli/main.js', import.meta.url)), 'proxy', target],
  alwaysLoad: true,
};

const conversation = query({
  prompt: 'Greet Ada three times, with multi-greet.',
  options: {
    mcpServers: { quickstart: proxy },
    allowedTools: ['mcp__quickstart__multi-greet'],
    tools: [],
    settingSources: [],
    persistSession: false,
  },
});
for await (const message of conversation) {
  if (message.type === 'system' && message.subtype === 'init') {
    console.log(`tools: ${message.tools.map((name) => name.replace('mcp__quickstart__', '')).join(', ')}`);
  }
  if (message.type === 'user') {
    const { content } = message.message;
    for (const block of typeof content === 'string' ? [] : content) {
      if (block.type === 'tool_result') console.log('result:', JSON.stringify(block.content));
    }
  }
}
