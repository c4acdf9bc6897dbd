import { coerceArguments } from './call/coerce-arguments.ts';
import { getPrompt, printPrompt } from './call/get-prompt.ts';
import { readJsonArguments } from './call/json-arguments.ts';
import { createListing } from './listing.ts';
import type { JsonSchema, Prompt } from './mcp/definitions.ts';
import { formatPrompts } from './output/listings.ts';
import { UsageError } from './usage-error.ts';

export const prompts = createListing<Prompt>({
  what: 'prompts',
  capability: 'prompts',
  usage: 'get NAME [key=value ...]',
  does: '`get` prints the messages of one.',
  list: (connection) => connection.list('prompts/list', 'prompts'),
  format: formatPrompts,
  check([verb, name]) {
    if (verb !== 'get' || name === undefined) {
      throw new UsageError('It is `lambda-mcp prompts TARGET` or `lambda-mcp prompts TARGET get NAME key=value …`.');
    }
  },
  async one([, name = '', ...words], { connection, ...asking }) {
    const known = await connection.list<Prompt>('prompts/list', 'prompts');
    const read = (schema: JsonSchema) => readJsonArguments(words) ?? coerceArguments(words, schema);
    const result = await getPrompt(connection, known, name, read, asking);
    return { json: result, print: (output) => printPrompt(name, result, output) };
  },
});
