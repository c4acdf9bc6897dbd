import { connectTarget } from './mcp/connect-target.ts';
import type { McpConnection } from './mcp/connection.ts';
import type { Prompt, Resource, ResourceTemplate, Tool } from './mcp/definitions.ts';
import { formatPrompts, formatResources, formatTools } from './output/listings.ts';
import { printJson } from './output/terminal.ts';
import { readArguments, SHARED_HELP } from './target-options.ts';
import { UsageError } from './usage-error.ts';

interface Listing<T> {
  readonly what: string;
  /** What the server must offer for it. */
  readonly capability: string;
  readonly list: (connection: McpConnection) => Promise<T[]>;
  readonly format: (items: readonly T[]) => string;
}

export const tools = createListing<Tool>({
  what: 'tools',
  capability: 'tools',
  list: (connection) => connection.list('tools/list', 'tools'),
  format: formatTools,
});

export const resources = createListing<Resource | ResourceTemplate>({
  what: 'resources',
  capability: 'resources',
  list: async (connection) => [
    ...(await connection.list<Resource>('resources/list', 'resources')),
    ...(await listTemplates(connection)),
  ],
  format: formatResources,
});

export const prompts = createListing<Prompt>({
  what: 'prompts',
  capability: 'prompts',
  list: (connection) => connection.list('prompts/list', 'prompts'),
  format: formatPrompts,
});

/** Not every server that has resources has templates of them. */
function listTemplates(connection: McpConnection): Promise<ResourceTemplate[]> {
  return connection.list<ResourceTemplate>('resources/templates/list', 'resourceTemplates').catch(() => []);
}

function createListing<T extends object>({ what, capability, list, format }: Listing<T>) {
  const help = `Usage: lambda-mcp ${what} TARGET [options]

Lists the ${what} of an MCP server. TARGET is a function URL, a function ARN, or a function name. With --json the server's
whole definitions are printed, schemas included.

Options:
${SHARED_HELP}`;
  return async (args: string[]): Promise<void> => {
    const parsed = readArguments(what, help, args, {});
    if (!parsed) return;
    const [target, extra] = parsed.positionals;
    if (target === undefined || extra !== undefined) {
      throw new UsageError(`${what} takes one TARGET: a function URL, ARN or name. See: lambda-mcp ${what} --help`);
    }
    const connection = await connectTarget(target, parsed.options);
    try {
      const items = connection.capabilities[capability] === undefined ? [] : await list(connection);
      if (parsed.options.json) return printJson(items);
      if (items.length > 0) process.stdout.write(format(items));
      else process.stderr.write(`The server has no ${what}.\n`);
    } finally {
      await connection.close();
    }
  };
}
