import type { ServerResponse } from 'node:http';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import type { GatewayTarget } from './gateway-targets.ts';
import { type Received, type SignedServer, startSignedServer } from './signed-server.ts';

/** A revision that a gateway supports. Without a header it takes the oldest. */
const REVISIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'];

/**
 * What the documentation and other people's reports say of AgentCore Gateway, on loopback: it lets in who signs for
 * `bedrock-agentcore`, shows the tools of its targets as `TARGET___TOOL`, and calls them as its own role. Whoever the caller
 * is, a target does not learn it.
 */
export async function startGateway(targets: readonly GatewayTarget[], { open = false } = {}): Promise<SignedServer> {
  const tools = targets.flatMap(({ name, tools }) =>
    tools.map((tool) => ({ ...tool, name: `${name}___${tool.name}` })),
  );
  const mcp = createMcpHandler(() => {
    const server = new Server({ name: 'gateway', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', async () => ({ tools: tools as never }));
    return server;
  });

  async function answer({ method, headers, body, refusal }: Received): Promise<Response> {
    if (refusal && !open) return Response.json({ message: refusal.message }, { status: 403 });
    if (method !== 'POST') return new Response(null, { status: 405 });
    const revision = headers['mcp-protocol-version'] ?? '2025-03-26';
    const message = JSON.parse(body.toString());
    if (!REVISIONS.includes(revision)) return fail(message.id, -32600, `${revision} is not supported.`, 400);
    if (message.method === 'tools/call') {
      const fullName = String(message.params.name);
      const [target = '', ...rest] = fullName.split('___');
      const found = targets.find(({ name }) => name === target);
      const tool = rest.join('___');
      if (!found) return fail(message.id, -32602, `Unknown tool: ${fullName}`);
      if (headers['mcp-name'] !== undefined && headers['mcp-name'] !== fullName) {
        return fail(message.id, -32020, 'Mcp-Name is not the name in the body.', 400);
      }
      return found.call({ tool, fullName, message, headers });
    }
    const request = new Request('http://127.0.0.1/mcp', {
      method,
      headers: { ...headers },
      body: new Uint8Array(body),
    });
    return mcp.fetch(request, { parsedBody: message });
  }

  return startSignedServer((received, response) => void answer(received).then((made) => send(made, response)), {
    service: 'bedrock-agentcore',
  });
}

function fail(id: unknown, code: number, message: string, status = 200): Response {
  return Response.json({ jsonrpc: '2.0', id: id ?? null, error: { code, message } }, { status });
}

async function send({ status, headers, body }: Response, response: ServerResponse): Promise<void> {
  const type = headers.get('content-type');
  response.writeHead(status, { ...(type && { 'content-type': type }) });
  for await (const chunk of body ?? []) response.write(chunk);
  response.end();
}
