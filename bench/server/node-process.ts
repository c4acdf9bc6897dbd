/** `node-process.ts NAME`: a Node host alone in a process. It sends its URL, and ends with its parent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { serve } from 'lambda-mcp/http';
import { createLambdaHandler } from 'lambda-mcp/server';
import { makeServer } from './mcp-servers.ts';
import { makeTools } from './tools.ts';

const [, , name] = process.argv;
const tools = makeTools();
const make = () => makeServer(() => tools);
process.send?.(name === 'sdk' ? await startSdk() : await startOurs());
process.on('disconnect', () => process.exit(0));

async function startOurs(): Promise<string> {
  const handler = createLambdaHandler(make);
  const { url } = await serve(handler, { port: 0, handleSignals: false, sessions: name === 'sessions' });
  return url.href;
}

async function startSdk(): Promise<string> {
  const maxRequestBodySize = 6 * 2 ** 20;
  const handle = toNodeHandler(createMcpHandler(make, { maxRequestBodySize }), { maxRequestBodySize });
  const server = createServer((request, response) => void handle(request as NodeIncomingMessageLike, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}
