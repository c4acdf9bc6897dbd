import { findTool } from './call/find-tool.ts';
import { createListing } from './listing.ts';
import type { Tool } from './mcp/definitions.ts';
import { formatTools } from './output/listings.ts';
import { formatSignature } from './output/tool-signature.ts';
import { UsageError } from './usage-error.ts';

export const tools = createListing<Tool>({
  what: 'tools',
  capability: 'tools',
  usage: 'NAME',
  does: 'with a NAME, one tool as it is called, with an example.',
  list: (connection) => connection.list('tools/list', 'tools'),
  format: formatTools,
  check([, extra]) {
    if (extra !== undefined) throw new UsageError('tools takes a TARGET and one NAME. `call` calls a tool.');
  },
  async one([name = ''], { connection, target }) {
    const tool = await findTool(connection, name);
    return { json: tool, print: ({ write }) => write(formatSignature(tool, `lambda-mcp call ${target}`)) };
  },
});
