/** `node agent.ts FUNCTION_URL`: lists the tools of the server, and calls one that reports progress. */
import { Client } from '@modelcontextprotocol/client';
import { SigV4ClientTransport } from 'lambda-mcp/transport';

const [url] = process.argv.slice(2);
if (!url) {
  console.error('Usage: node agent.ts FUNCTION_URL');
  process.exit(2);
}
const client = new Client({ name: 'agent', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
await client.connect(new SigV4ClientTransport(url));
const { tools } = await client.listTools();
console.log(`Protocol ${client.getNegotiatedProtocolVersion()}, ${tools.length} tools.`);
const { content, isError } = await client.callTool(
  { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 3 } },
  { onprogress: ({ progress, total }) => console.log(`${progress} of ${total}`) },
);
console.log(content?.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n'));
await client.close();
process.exitCode = isError ? 1 : 0;
