/** `node agent.ts GATEWAY_URL`: an agent that calls the tools behind a gateway, for a user whom it names. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { awsFetch } from 'lambda-mcp/fetch';

const [url] = process.argv.slice(2);
if (!url) {
  console.error('Usage: node agent.ts GATEWAY_URL');
  process.exit(2);
}
// The host of a gateway tells what to sign for; one on this machine does not.
const onAws = new URL(url).hostname.endsWith('.aws') || url.includes('.amazonaws.');
const fetch = awsFetch(url, onAws ? {} : { service: 'bedrock-agentcore' });
const client = new Client({ name: 'agent', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
try {
  const requestInit = { headers: { 'x-end-user': 'ada' } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch, requestInit }));
  const { tools } = await client.listTools();
  console.log(tools.map(({ name }) => name).join(', '));
  for (const target of ['mcp', 'plain']) {
    const numbers = { dividend: 6, divisor: 3 };
    for (const [name, args] of [
      ['divide', numbers],
      ['whoami', {}],
    ] as const) {
      const { content } = await client.callTool({ name: `${target}___${name}`, arguments: args });
      for (const block of content) if (block.type === 'text') console.log(`${target}: ${block.text}`);
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await client.close();
}
