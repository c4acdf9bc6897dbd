import { didYouMean } from '../did-you-mean.ts';
import type { McpConnection } from '../mcp/connection.ts';
import type { Tool } from '../mcp/definitions.ts';
import { UsageError } from '../usage-error.ts';

/** @throws {UsageError} when the server has none of that name; it names those that it has */
export async function findTool(connection: McpConnection, name: string): Promise<Tool> {
  const tools = await connection.list<Tool>('tools/list', 'tools');
  return toolNamed(tools, name);
}

export function toolNamed(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((each) => each.name === name);
  if (tool) return tool;
  const names = tools.map((each) => each.name);
  const some = names.slice(0, 12).join(', ') + (names.length > 12 ? ', …' : '');
  throw new UsageError(
    `The server has no tool ${JSON.stringify(name)}.${didYouMean(name, names)} It has ${some || 'none'}.`,
  );
}
