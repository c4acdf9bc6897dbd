import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

/** What the questions need of a stock client. */
export interface StockClient {
  listTools(): Promise<{ tools: readonly { name: string }[] }>;
  callTool(
    call: { name: string; arguments?: Record<string, unknown> },
    onprogress?: () => void,
  ): Promise<{ content?: unknown; isError?: unknown }>;
  close(): Promise<void>;
}

const INFO = { name: 'hosts', version: '1.0.0' };
const ANSWER = { action: 'accept' as const, content: { username: 'ada', email: 'ada@example.com', name: 'Ada' } };
const OPTIONS = { capabilities: { elicitation: {} } };

/** The stock clients, by SDK line and the protocol revision that they speak. */
export const CLIENTS: Readonly<Record<string, (url: string) => Promise<StockClient>>> = {
  'v1, 2025-11-25': async (url) => {
    const client = new ClientV1(INFO, OPTIONS);
    client.setRequestHandler(ElicitRequestSchema, async () => ANSWER);
    await client.connect(new TransportV1(new URL(url)) as never);
    return {
      listTools: () => client.listTools(),
      callTool: async (call, onprogress) =>
        (await client.callTool(call, undefined, { ...(onprogress && { onprogress }) })) as object,
      close: () => client.close(),
    };
  },
  'v2, 2025-11-25': (url) => connectV2(url, 'legacy'),
  'v2, 2026-07-28': (url) => connectV2(url, 'auto'),
};

async function connectV2(url: string, mode: 'legacy' | 'auto'): Promise<StockClient> {
  const client = new ClientV2(INFO, { ...OPTIONS, versionNegotiation: { mode } });
  client.setRequestHandler('elicitation/create', async () => ANSWER);
  await client.connect(new TransportV2(new URL(url)));
  return {
    listTools: () => client.listTools(),
    callTool: (call, onprogress) => client.callTool(call, { ...(onprogress && { onprogress }) }),
    close: () => client.close(),
  };
}

/** A client that knows tools by the names that they have behind a gateway. */
export function withPrefix(client: StockClient, prefix = ''): StockClient {
  return {
    ...client,
    listTools: async () => {
      const { tools } = await client.listTools();
      return { tools: tools.map((tool) => ({ ...tool, name: tool.name.replace(prefix, '') })) };
    },
    callTool: (call, onprogress) => client.callTool({ ...call, name: prefix + call.name }, onprogress),
  };
}
