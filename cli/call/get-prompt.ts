import { didYouMean } from '../did-you-mean.ts';
import { requestWithInput } from '../input/request-with-input.ts';
import type { McpConnection } from '../mcp/connection.ts';
import type { JsonSchema, Prompt } from '../mcp/definitions.ts';
import { plainLine } from '../output/display-width.ts';
import { UsageError } from '../usage-error.ts';
import { type ContentBlock, printContent } from './print-result.ts';
import type { Asking, Output } from './read-resource.ts';

interface PromptResult {
  readonly messages?: readonly { readonly role: string; readonly content: ContentBlock | readonly ContentBlock[] }[];
}

/**
 * Gets a prompt.
 *
 * @param readArguments reads its arguments, all of which are text
 * @throws {UsageError} when the server has none of that name
 */
export async function getPrompt(
  connection: McpConnection,
  prompts: readonly Prompt[],
  name: string,
  readArguments: (schema: JsonSchema) => Record<string, unknown>,
  asking: Asking,
): Promise<PromptResult> {
  const prompt = prompts.find((each) => each.name === name);
  if (!prompt) {
    const names = prompts.map((each) => each.name);
    throw new UsageError(
      `The server has no prompt ${JSON.stringify(name)}.${didYouMean(name, names)} It has ${names.slice(0, 12).join(', ') || 'none'}.`,
    );
  }
  const params = { name, arguments: readArguments(schemaOf(prompt)) };
  return requestWithInput(connection, 'prompts/get', params, asking);
}

export function printPrompt(name: string, { messages = [] }: PromptResult, output: Output): void {
  for (const { role, content } of messages) {
    output.write(`${plainLine(role)}:\n`);
    printContent([content].flat(), { ...output, name });
  }
}

function schemaOf({ arguments: known = [] }: Prompt): JsonSchema {
  return {
    properties: Object.fromEntries(known.map((each) => [each.name, { type: 'string' }])),
    required: known.filter((each) => each.required).map((each) => each.name),
  };
}
