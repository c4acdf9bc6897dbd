import { McpServer } from '@modelcontextprotocol/server';
import type { McpRequestContext } from 'lambda-mcp/server';
import * as z from 'zod';

const numbers = z.object({ dividend: z.number(), divisor: z.number() });
const quotient = z.object({ quotient: z.number() });

/** One factory, for both ways behind a gateway. */
export function makeServer({ caller, endUser }: McpRequestContext): McpServer {
  const server = new McpServer({ name: 'gateway-example', version: '1.0.0' });
  server.registerTool(
    'divide',
    { description: 'Divides two numbers.', inputSchema: numbers, outputSchema: quotient },
    async ({ dividend, divisor }) => {
      if (divisor === 0) throw new Error('Nothing is divided by 0.');
      const result = { quotient: dividend / divisor };
      return { content: [{ type: 'text', text: JSON.stringify(result) }], structuredContent: result };
    },
  );
  server.registerTool('whoami', { description: 'Who calls, and for whom.' }, async () => ({
    content: [{ type: 'text', text: `${caller?.arn ?? 'nobody whom AWS proves'}, for ${endUser ?? 'nobody'}` }],
  }));
  return server;
}
