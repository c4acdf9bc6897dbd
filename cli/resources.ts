import { printResource, readResource } from './call/read-resource.ts';
import { createListing } from './listing.ts';
import type { McpConnection } from './mcp/connection.ts';
import type { Resource, ResourceTemplate } from './mcp/definitions.ts';
import { formatResources } from './output/listings.ts';
import { UsageError } from './usage-error.ts';

export const resources = createListing<Resource | ResourceTemplate>({
  what: 'resources',
  capability: 'resources',
  usage: 'read URI',
  does: '`read` prints one: text on stdout, bytes as a file, named on stderr.',
  list: async (connection) => [
    ...(await connection.list<Resource>('resources/list', 'resources')),
    ...(await listTemplates(connection)),
  ],
  format: formatResources,
  check([verb, uri, extra]) {
    if (verb !== 'read' || uri === undefined || extra !== undefined) {
      throw new UsageError('It is `lambda-mcp resources TARGET` or `lambda-mcp resources TARGET read URI`.');
    }
  },
  async one([, uri = ''], { connection, ...asking }) {
    const result = await readResource(connection, uri, asking);
    return { json: result, print: (output) => printResource(uri, result.contents, output) };
  },
});

/** Not every server that has resources has templates of them. */
function listTemplates(connection: McpConnection): Promise<ResourceTemplate[]> {
  return connection.list<ResourceTemplate>('resources/templates/list', 'resourceTemplates').catch(() => []);
}
