import { Client, type Transport } from '@modelcontextprotocol/client';
import { LambdaInvokeClientTransport, SigV4ClientTransport } from 'lambda-mcp/transport';
import type { Check, Target } from '../target.ts';

async function transport({ region, probe }: Target, way: 'SigV4' | 'Invoke'): Promise<Transport> {
  if (way === 'SigV4') return new SigV4ClientTransport(probe.url, { credentials: await probe.as('url'), region });
  const endpoint = probe.endpoint === undefined ? {} : { endpoint: probe.endpoint };
  return new LambdaInvokeClientTransport(probe.arn, { credentials: await probe.as('invoke'), region, ...endpoint });
}

const endToEnd = (way: 'SigV4' | 'Invoke', mode: 'auto' | 'legacy'): Check => ({
  what: `An MCP client (${mode === 'auto' ? '2026-07-28' : '2025-11-25'}) by ${way}: tools, caller, progress while a tool runs`,
  sure: 'doc',
  expected: {
    protocol: mode === 'auto' ? '2026-07-28' : '2025-11-25',
    tools: 'whoami, steps',
    caller: way === 'SigV4' ? 'a session' : 'unverified',
    steps: 3,
    spread: true,
  },
  async see(target) {
    const client = new Client({ name: 'live', version: '1.0.0' }, { versionNegotiation: { mode } });
    await client.connect(await transport(target, way));
    try {
      const { tools } = await client.listTools();
      const { content } = await client.callTool({ name: 'whoami' });
      const [who] = content.map((block) => (block.type === 'text' ? block.text : ''));
      const arrived: number[] = [];
      await client.callTool({ name: 'steps' }, { onprogress: () => arrived.push(performance.now()) });
      const [first = 0, , last = 0] = arrived;
      return {
        protocol: client.getNegotiatedProtocolVersion(),
        tools: tools.map(({ name }) => name).join(', '),
        caller: who?.includes(':assumed-role/') ? 'a session' : who,
        steps: arrived.length,
        spread: last - first > 700,
      };
    } finally {
      await client.close();
    }
  },
});

export const mcpChecks: readonly Check[] = [
  endToEnd('SigV4', 'auto'),
  endToEnd('SigV4', 'legacy'),
  endToEnd('Invoke', 'auto'),
  endToEnd('Invoke', 'legacy'),
];
