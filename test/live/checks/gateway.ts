import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { awsFetch } from 'lambda-mcp/fetch';
import type { AskedCheck, Check } from '../target.ts';

/** URL of a gateway that examples/gateway/app.ts has made, in the account of whoever runs the suite. */
const url = process.env.LAMBDA_MCP_LIVE_GATEWAY ?? '';

type Asked = Pick<AskedCheck, 'what' | 'sure' | 'expected'> & {
  readonly mode?: 'auto' | 'legacy';
  ask(client: Client): Promise<unknown>;
};

function check({ ask, mode = 'legacy', ...asked }: Asked): Check {
  if (url === '') {
    return { ...asked, unasked: 'deploy examples/gateway/app.ts, and set LAMBDA_MCP_LIVE_GATEWAY to its URL' };
  }
  return {
    ...asked,
    awsOnly: 'there is no gateway',
    async see() {
      const client = new Client({ name: 'live', version: '1.0.0' }, { versionNegotiation: { mode } });
      const requestInit = { headers: { 'x-end-user': 'ada' } };
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: awsFetch(url), requestInit }));
      return ask(client).finally(() => client.close());
    },
  };
}

const numbers = { dividend: 6, divisor: 3 };

async function textOf(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join();
}

export const gatewayChecks: readonly Check[] = [
  check({
    what: 'Targets read their tools while they are made, and show them as TARGET___TOOL',
    sure: 'doc',
    expected: 'mcp___divide,mcp___whoami,plain___divide,plain___whoami',
    ask: async (client) => {
      const { tools } = await client.listTools();
      return tools
        .map(({ name }) => name)
        .sort()
        .join();
    },
  }),
  check({
    what: 'A server behind its URL sees the role of the gateway, and the header that the target allows',
    sure: 'doc',
    expected: true,
    ask: async (client) => /:assumed-role\/[^/]+\/[^/]+, for ada$/.test(await textOf(client, 'mcp___whoami')),
  }),
  check({
    what: 'A call of 2026-07-28 reaches a server behind its URL, with Mcp-Name as the body has it',
    sure: 'open',
    expected: { protocol: '2026-07-28', structuredContent: { quotient: 2 } },
    mode: 'auto',
    ask: async (client) => {
      const { structuredContent } = await client.callTool({ name: 'mcp___divide', arguments: numbers });
      return { protocol: client.getNegotiatedProtocolVersion(), structuredContent };
    },
  }),
  check({
    what: 'A Lambda target is told the tool in its client context, and what it returns becomes one text',
    sure: 'report',
    expected: '{"quotient":2}',
    ask: (client) => textOf(client, 'plain___divide', numbers),
  }),
  check({
    what: 'A Lambda target that returns isError is no failure of the gateway',
    sure: 'open',
    expected: '{"isError":true,"content":[{"type":"text","text":"Nothing is divided by 0."}]}',
    ask: (client) => textOf(client, 'plain___divide', { dividend: 1, divisor: 0 }),
  }),
  {
    what: 'What dereference leaves, and a property that is called $ref, pass the sync',
    sure: 'open',
    unasked: 'a target whose sync fails would fail the stack',
  },
  {
    what: 'A client of 2026-07-28 calls a server of @modelcontextprotocol/sdk through the gateway',
    sure: 'open',
    unasked: 'the example has no such server',
  },
];
