import { McpServer } from '@modelcontextprotocol/server';
import { makeTools, type Tool } from '../server/tools.ts';

/**
 * A server of so many tools, their schemas made once: the one that is called, and others that are all alike, so that one
 * more is the same more at any number.
 */
export function serverOf(count: number): () => McpServer {
  const [called] = makeTools() as [Tool];
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const other = makeTools().find(({ name }) => name === 'search_orders') as Tool;
    return { ...other, name: `${other.name}_${index}` };
  });
  return () => {
    const server = new McpServer({ name: 'many', version: '1.0.0' });
    for (const { name, run, ...config } of [called, ...others]) {
      server.registerTool(name, config, async (args) => run(args));
    }
    return server;
  };
}
